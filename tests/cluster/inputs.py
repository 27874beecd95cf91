"""Small inputs of the three kinds, and the run of a whole job."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from cluster.job import run_chunks
from cluster.lease import Lease
from cluster.plan import Plan, make_plan
from cluster.pool import Pool
from cluster.sidecars import committed, finalise
from operators.stage import Stage
from tests.cluster.toys import Invert


def picture(i: int) -> bytes:
    return b"\xff\xd8\xff" + bytes([i % 256]) * (50 + i)


def write_folder(root: Path, count: int, name: str = "p{i:03d}.jpg") -> Path:
    for i in range(count):
        path = root / name.format(i=i)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture(i))
    return root


def write_tar(path: Path, members: list[tuple[str, bytes]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w") as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


def read_tar(data: bytes) -> list[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        return [(m.name, tar.extractfile(m).read()) for m in tar]  # type: ignore[union-attr]


def write_parquet(path: Path, count: int, **columns: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table({"image": pa.array([picture(i) for i in range(count)], pa.binary()), **columns}), path)
    return path


def run_job(plan: Plan, out: Path | str, stages: list[Stage] | None = None, *, pools: list[Pool] | None = None,
            chunks: list[int] | None = None, **options: Any) -> dict[str, Any]:
    """What the driver does: lease, what is missing, finalise."""
    pools = pools or [Pool("toys", stages or [Invert()], actors=2, cpus=0.8)]
    with Lease.acquire(str(out)) as lease:
        todo = [c for c in range(plan.chunk_count) if c not in committed(str(out))] if chunks is None else chunks
        run_chunks(plan, todo, pools, str(out), lease=lease, **options)
        return finalise(str(out), plan)


__all__ = ["make_plan", "picture", "read_tar", "run_job", "write_folder", "write_parquet", "write_tar"]
