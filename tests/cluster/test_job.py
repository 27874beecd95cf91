"""Whole jobs on a real Ray: round trips, resume, layouts."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import ray

from cluster.outputs import read_rows
from cluster.plan import make_plan
from cluster.pool import PlacementError, Pool, fit
from cluster.sidecars import committed
from tests.cluster.inputs import picture as picture_of
from tests.cluster.inputs import run_job, write_folder, write_parquet, write_tar
from tests.cluster.toys import Invert, Sleep

pytestmark = [pytest.mark.ray, pytest.mark.usefixtures("ray_session")]


def shards(out: Path) -> dict[str, bytes]:
    return {str(p.relative_to(out)): p.read_bytes() for p in sorted(out.rglob("*"))
            if p.is_file() and p.suffix in (".tar", ".jpg") or p.parent.name == "data"}


def keys(out: Path) -> list[str]:
    return read_rows(str(out)).column("key").to_pylist()


@pytest.mark.parametrize("kind", ["webdataset", "parquet"])
def test_round_trip_with_resume(tmp_path: Path, kind: str) -> None:
    """Catches chunks computed twice on resume, rows lost or doubled, and temporary files left behind."""
    if kind == "webdataset":
        members = [(f"{i:03d}.{e}", picture_of(i)) for i in range(40) for e in ("jpg", "txt")]
        write_tar(tmp_path / "in" / "x.tar", members)
    else:
        write_parquet(tmp_path / "in" / "x.parquet", 40)
    plan, trace, out = make_plan([str(tmp_path / "in")], images=8), tmp_path / "trace", tmp_path / "out"
    trace.mkdir()
    assert run_job(plan, out, [Invert(str(trace))], chunks=[1, 3])["complete"] is False
    assert set(committed(str(out))) == {1, 3} and len(list(trace.iterdir())) == 16
    summary = run_job(plan, out, [Invert(str(trace))])
    assert summary["complete"] and summary["attempts"] == [1, 2] and len(list(trace.iterdir())) == 40
    assert keys(out) == plan.samples.column("key").to_pylist()
    assert (out / "_SUCCESS").exists() and not (out / "_tmp").exists()
    assert set(summary["boundary_bytes"]) == {"read", "toys"}


def test_layout_and_chunks_do_not_change_the_output(tmp_path: Path) -> None:
    """Catches bytes that depend on how the work was cut or where it ran; three pools on two cores must not hang."""
    write_folder(tmp_path / "in", 30)
    fused = [Pool("all", [Sleep(0), Invert()], actors=1)]
    staged = [Pool("one", [Sleep(0)], 2, 0.8), Pool("two", [Sleep(0)], 1, 0.8), Pool("three", [Invert()], 1, 0.8)]
    run_job(make_plan([str(tmp_path / "in")], images=30), tmp_path / "a", pools=fused)
    run_job(make_plan([str(tmp_path / "in")], images=4), tmp_path / "b", pools=staged)
    assert shards(tmp_path / "a") == shards(tmp_path / "b") and len(shards(tmp_path / "a")) == 30


def test_stage_that_forgets_to_close_breaks_the_job(tmp_path: Path) -> None:
    """Catches records that no stage closed passing for done, and actors that outlive their job and hold the CPUs for
    which the session's next job then waits for ever."""
    with pytest.raises(Exception, match="still open after the last stage") as kept:
        run_job(make_plan([str(write_folder(tmp_path / "in", 3))]), tmp_path / "out", [Sleep(0)])
    assert not committed(str(tmp_path / "out"))
    end = time.monotonic() + 30
    while ray.available_resources().get("CPU", 0) < ray.cluster_resources()["CPU"] and time.monotonic() < end:
        time.sleep(0.2)
    assert ray.available_resources().get("CPU", 0) == ray.cluster_resources()["CPU"], kept.value


def test_pools_leave_room_for_readers_and_writers() -> None:
    """Catches the deadlock of actors that hold every CPU, and GPUs that nobody has."""
    for cores in (1.0, 2.0, 8.0):
        pools = fit([Pool(str(i), [], actors=2, cpus=1) for i in range(3)], {"CPU": cores})
        assert sum(p.cpus * p.actors for p in pools) <= cores - 0.2
    assert fit([Pool("a", [], 1, 0.8)], {"CPU": 2.0})[0].cpus == 0.8
    with pytest.raises(PlacementError, match="GPUs, and the cluster has 0"):
        fit([Pool("a", [], gpus=1)], {"CPU": 8.0})
