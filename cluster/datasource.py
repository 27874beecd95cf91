"""The Ray source of a job: one read task a chunk, one block a read task."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import partial

import pyarrow as pa
from ray.data import Datasource
from ray.data.block import BlockMetadata
from ray.data.datasource import ReadTask

from cluster.plan import Plan, sample_of
from cluster.samples_ref import SamplesRef
from cluster.sinks.sidecar import STARTED
from cluster.sources import reopen
from operators.record import SCHEMA, to_table


class ChunkDatasource(Datasource):
    """The chunks of a plan that are still to be done, in their order."""

    def __init__(self, plan: Plan, chunks: list[int], samples: SamplesRef) -> None:
        super().__init__()
        self.plan, self.chunks, self.samples = plan, chunks, samples
        self._bytes = [int(plan.chunk_bytes[chunk]) for chunk in chunks]

    def get_name(self) -> str:
        return "Read"

    def estimate_inmemory_data_size(self) -> int:
        return sum(self._bytes)

    def get_read_tasks(self, parallelism: int, per_task_row_limit: int | None = None,
                       data_context: object = None) -> list[ReadTask]:
        """Always one task a chunk: Ray's wish for another parallelism would cut chunks."""
        return [self._task(chunk, size) for chunk, size in zip(self.chunks, self._bytes, strict=True)]

    def _task(self, chunk: int, size: int) -> ReadTask:
        read = partial(_read, self.samples.only(chunk), chunk, self.plan.kind, self.plan.image_column)
        rows = self.plan.chunk_images(chunk)
        metadata = BlockMetadata(num_rows=rows, size_bytes=size, input_files=None, exec_stats=None)
        return ReadTask(read, metadata, schema=SCHEMA)


def _read(samples: SamplesRef, chunk: int, kind: str, image_column: str | None) -> Iterable[pa.Table]:
    yield read_chunk(samples.rows(chunk), kind, image_column)


def read_chunk(rows: pa.Table, kind: str, image_column: str | None) -> pa.Table:
    """The plan's rows of one chunk → its block, of exactly `operators.record.SCHEMA`. Never raises for a sample."""
    started = time.time()
    plan_rows = rows.to_pylist()
    records = reopen(kind, plan_rows[0]["source"], image_column).read([sample_of(row) for row in plan_rows])
    for row, record in zip(plan_rows, records, strict=True):
        record.chunk, record.position = row["chunk"], row["position"]
        record.measures[STARTED] = started
    return to_table(records)
