"""The plan: every sample of the input in its order, cut into chunks, before anything runs.

A chunk is consecutive samples of one source. It is the window of the line, the Ray block and the commit unit at once,
so whatever is lost by a crash is a whole chunk, and whatever is committed is a whole chunk.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cluster.addresses import public
from cluster.sources import Sample, Source, SourceError, open_sources
from cluster.storage import Storage
from cluster.targets import assign_targets

HEADER, TABLE = "_plan.json", "_plan.parquet"
VERSION = 1
_LISTERS = 8
SAMPLES = pa.schema(
    [
        ("chunk", pa.int32()),
        ("position", pa.int32()),
        ("key", pa.string()),
        ("source", pa.string()),
        ("name", pa.string()),
        ("target", pa.string()),
        ("names", pa.list_(pa.string())),
        ("offsets", pa.list_(pa.int64())),
        ("sizes", pa.list_(pa.int64())),
        ("problem_class", pa.string()),
        ("problem", pa.string()),
    ]
)
PlanError = SourceError


@dataclass(frozen=True)
class Plan:
    """kind: folder, webdataset or parquet. digest: over source, name and sizes of every sample. chunk_size: images a
    chunk holds at most. width: digits of a chunk's number in file names. samples: one row each, of `SAMPLES`."""

    kind: str
    inputs: list[str]
    image_count: int
    chunk_count: int
    digest: str
    chunk_size: int
    megabytes: int
    limit: int | None
    image_column: str | None
    samples: pa.Table

    @property
    def width(self) -> int:
        return max(5, len(str(self.chunk_count - 1)))

    def name(self, chunk: int) -> str:
        """The number of a chunk as its files carry it: `00042`."""
        return f"{chunk:0{self.width}d}"

    def chunk(self, chunk: int) -> pa.Table:
        """The rows of one chunk, by position."""
        start = self._starts[chunk]
        return self.samples.slice(start, self._starts[chunk + 1] - start)

    def chunk_images(self, chunk: int) -> int:
        return self._starts[chunk + 1] - self._starts[chunk]

    @cached_property
    def chunk_bytes(self) -> np.ndarray:
        """int64 (chunks,): bytes of input in each chunk; for tables estimated from their row groups."""
        sizes, totals = self.samples.column("sizes"), np.zeros(self.chunk_count, np.int64)
        chunks = self.samples.column("chunk").to_numpy()[pc.list_parent_indices(sizes).to_numpy()]
        np.add.at(totals, chunks, pc.list_flatten(sizes).to_numpy())
        return totals

    @cached_property
    def _starts(self) -> list[int]:
        counts = self.samples.column("chunk").value_counts().to_pylist()
        starts = [0]
        for entry in sorted(counts, key=lambda e: e["values"]):
            starts.append(starts[-1] + entry["counts"])
        return starts

    def header(self) -> dict[str, Any]:
        """All but the samples, as plain values."""
        return {"version": VERSION} | {f.name: getattr(self, f.name) for f in fields(self) if f.name != "samples"}

    def save(self, out: str) -> None:
        """Write OUT/_plan.parquet, then OUT/_plan.json: a plan without its header does not exist."""
        storage = Storage(out)
        buffer = io.BytesIO()
        pq.write_table(self.samples, buffer, compression="zstd")
        storage.write(TABLE, buffer.getvalue())
        storage.write(HEADER, json.dumps(self.header(), indent=2).encode())

    @classmethod
    def load(cls, out: str) -> Plan:
        """Raises `FileNotFoundError` when OUT has no plan and `PlanError` when it is of another version."""
        storage = Storage(out)
        header = json.loads(storage.read(HEADER))
        if header.pop("version", None) != VERSION:
            raise PlanError(f"{storage.at(HEADER)} is of another version of cleanplate: write to another folder")
        return cls(**header, samples=pq.read_table(io.BytesIO(storage.read(TABLE)), schema=SAMPLES))


def make_plan(
    inputs: list[str],
    images: int | str = "auto",
    megabytes: int = 64,
    image_column: str | None = None,
    limit: int | None = None,
) -> Plan:
    """List the inputs and cut them into chunks of at most `images` samples or `megabytes` MB of input.

    images: `auto` gives 64 chunks of 8 to 512 images. Reads no pixels. Raises `PlanError`.
    """
    sources = open_sources(inputs, image_column)
    samples = list(islice(_list_all(sources), limit))
    if not samples:
        raise PlanError(f"{', '.join(inputs)}: no pictures there")
    size = min(512, max(8, math.ceil(len(samples) / 64))) if images == "auto" else int(images)
    places = list(_chunk(samples, size, megabytes * 1_000_000))
    return Plan(
        kind=sources[0].kind, inputs=list(inputs), image_count=len(samples), chunk_count=places[-1][0] + 1,
        digest=_digest(samples), chunk_size=size, megabytes=megabytes, limit=limit,
        image_column=image_column, samples=_table(samples, places, assign_targets(samples, sources[0].kind)),
    )


def _list_all(sources: list[Source]) -> Iterator[Sample]:
    """Sources are listed side by side, because a tar in an object store takes many small requests to walk, but
    only a few ahead of the consumer, so that a limit does not list everything."""
    with ThreadPoolExecutor(_LISTERS) as pool:
        for start in range(0, len(sources), _LISTERS):
            for samples in pool.map(lambda s: list(s.list_samples()), sources[start : start + _LISTERS]):
                yield from samples


def _chunk(samples: Iterable[Sample], images: int, limit: int) -> Iterator[tuple[int, int]]:
    """(chunk, position) of every sample."""
    chunk, position, held, source = 0, 0, 0, ""
    for sample in samples:
        full = position >= images or held + sample.bytes > limit
        if position and (sample.source != source or (full and not sample.joined)):
            chunk, position, held = chunk + 1, 0, 0
        yield chunk, position
        position, held, source = position + 1, held + sample.bytes, sample.source


def _digest(samples: list[Sample]) -> str:
    digest = hashlib.sha256()
    for sample in samples:
        what = [public(sample.source), sample.key, sample.names, sample.sizes, sample.problem_class]
        digest.update(json.dumps(what).encode())
    return digest.hexdigest()[:16]


def _table(samples: list[Sample], places: list[tuple[int, int]], targets: list[str]) -> pa.Table:
    columns: dict[str, Any] = {"chunk": [c for c, _ in places], "position": [p for _, p in places], "target": targets}
    for name in SAMPLES.names:
        if name not in columns:
            columns[name] = [getattr(sample, name) for sample in samples]
    return pa.table({f.name: pa.array(columns[f.name], f.type) for f in SAMPLES}, schema=SAMPLES)


def sample_of(row: dict[str, Any]) -> Sample:
    """A row of the plan → the sample its source can read."""
    return Sample(**{n: row[n] for n in SAMPLES.names if n not in ("chunk", "position", "target")})


__all__ = ["HEADER", "SAMPLES", "TABLE", "Plan", "PlanError", "make_plan", "sample_of"]
