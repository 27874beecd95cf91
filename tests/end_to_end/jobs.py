"""Runs jobs as a user does, and reads what they left."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.clean import CleanJob, run
from pipelines.observer import Observers
from pipelines.recipe import load_recipe

# Needs no detector, and no verifier: what it would reject of random networks takes remedies minutes.
BY_MASKS = {"detect.model": "none", "chunk.images": 16, "tracking.enabled": False, "verify.weights": "none"}

# For tests of what is around the fill: the generators' libraries and networks cost each worker seconds to load.
HARMONIC = {"fill__prior": "harmonic", "fill__diffusion": "harmonic"}


def clean(inputs: Path | list[Path], out: Path, report: bool = False, image_column: str | None = None,
          **settings: Any) -> dict[str, Any]:
    """Run the driver in this process. settings: dotted names with `__` for the dot, over `BY_MASKS`."""
    recipe = load_recipe(None, BY_MASKS | {name.replace("__", "."): value for name, value in settings.items()})
    places = [str(place) for place in (inputs if isinstance(inputs, list) else [inputs])]
    return run(CleanJob(places, str(out), recipe, image_column=image_column, report=report), Observers([]))


def rows(out: Path) -> list[dict[str, Any]]:
    """The rows of all chunks, in their order."""
    return [row for path in sorted(out.glob("[0-9]*.parquet")) for row in pq.read_table(path).to_pylist()]


def failures(out: Path) -> dict[str, dict[str, Any]]:
    return {row["key"]: row for row in pq.read_table(out / "failures.parquet").to_pylist()}


def sidecars(out: Path) -> dict[int, dict[str, Any]]:
    notes = [json.loads(path.read_text()) for path in sorted(out.glob("[0-9]*_stats.json"))]
    return {note["chunk"]: note for note in notes}


def pictures(out: Path) -> dict[str, bytes]:
    """key → bytes of every picture in the output, by what its rows say."""
    found: dict[str, bytes] = {}
    members = {name: data for path in sorted(out.glob("[0-9]*.tar")) for name, data in read_tar(path)}
    for row in rows(out):
        if not row["output_name"] or (out / "data").is_dir():
            continue
        inside = row["output_name"] in members
        found[row["key"]] = members[row["output_name"]] if inside else (out / row["output_name"]).read_bytes()
    return found


def read_tar(path: Path) -> list[tuple[str, bytes]]:
    """(name, bytes) in their order. Raises `tarfile.TarError` for a broken one."""
    with tarfile.open(fileobj=io.BytesIO(path.read_bytes())) as tar:
        return [(member.name, tar.extractfile(member).read()) for member in tar]  # type: ignore[union-attr]


def data_table(out: Path) -> pa.Table:
    """All tables of a parquet output as one."""
    return pa.concat_tables([pq.read_table(path) for path in sorted((out / "data").glob("*.parquet"))])


def result_files(out: Path) -> dict[str, bytes]:
    """What a job is for, by name: shards, tables, pictures. Without rows and sidecars, which hold seconds."""
    paths = [*out.glob("[0-9]*.tar"), *(out / "images").rglob("*"), *(out / "data").glob("*.parquet")]
    return {str(path.relative_to(out)): path.read_bytes() for path in paths if path.is_file()}


def leftovers(out: Path) -> list[str]:
    """Unfinished files that a job should have swept."""
    return sorted(str(path.relative_to(out)) for path in out.rglob("*") if "_tmp" in path.parts or ".tmp" in path.name)
