"""A streaming reduction over a plan: chunks become small partial results on the workers, merged by the driver."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import pyarrow as pa
import ray
from ray.data import ActorPoolStrategy

from cluster.context import quiet_context
from cluster.datasource import ChunkDatasource
from cluster.ledger import Ledger
from cluster.plan import Plan
from cluster.pool import IO_CPUS, Pool, fit
from cluster.samples_ref import SamplesRef
from cluster.threads import limit_loaded, limit_threads
from operators.record import ImageRecord, from_table

POOL = "fold"


class Fold(Protocol):
    """What a worker does with a chunk. Travels to the workers by pickle."""

    def __call__(self, records: list[ImageRecord]) -> bytes:
        """Records of one chunk → a partial result. Must not raise for a single picture."""


class Folding:
    """Runs a fold over whole chunks: table in, one row out. A chunk that cost a worker its life gives nothing: a
    picture that crashes a codec would cost the next worker its life, without end, and a sum can do without it."""

    def __init__(self, fold: Fold, ledger: Any) -> None:
        limit_threads()
        self.fold, self.ledger = fold, ledger

    def __call__(self, table: pa.Table) -> pa.Table:
        limit_loaded()
        chunk = table.column("chunk")[0].as_py()
        entry = ray.get(self.ledger.enter.remote(chunk, POOL))
        partial = b"" if entry.careful else self.fold(from_table(table))
        self.ledger.leave.remote(chunk, POOL)
        return pa.table({"chunk": pa.array([chunk], pa.int32()), "partial": pa.array([partial], pa.large_binary())})


def gather(plan: Plan, fold: Fold, merge: Callable[[bytes], None], *, actors: int = 1) -> int:
    """Fold every chunk of the plan and merge the partial results in this process, as they arrive, each chunk once.

    Memory does not grow with the input: few chunks are in flight, and a partial result is dropped once it is merged.
    The order of merging is not that of the chunks. Returns how many chunks were merged; those whose worker died are
    left out. Ray must be initialised.
    """
    pool = fit([Pool(POOL, [], min(actors, plan.chunk_count))], ray.cluster_resources())[0]
    ledger: Any = ray.remote(Ledger).options(num_cpus=0, max_restarts=-1, max_task_retries=-1).remote(1)
    merged: set[int] = set()
    try:
        with quiet_context():
            blocks: Any = _folded(plan, fold, pool, ledger).iter_batches(batch_size=None, batch_format="pyarrow")
            for block in blocks:
                for chunk, partial in zip(block.column("chunk").to_pylist(), block.column("partial"), strict=True):
                    if chunk not in merged and len(partial.as_py()):
                        merge(partial.as_py())
                        merged.add(chunk)
    finally:
        ray.kill(ledger)
    return len(merged)


def _folded(plan: Plan, fold: Fold, pool: Pool, ledger: Any) -> ray.data.Dataset:
    """One row for each chunk: its number and its partial result."""
    chunks = list(range(plan.chunk_count))
    dataset = ray.data.read_datasource(
        ChunkDatasource(plan, chunks, SamplesRef.put(plan, chunks)), num_cpus=IO_CPUS,
        override_num_blocks=len(chunks), concurrency=min(len(chunks), max(2, pool.actors)),
    )
    return dataset.map_batches(
        Folding, batch_size=None, batch_format="pyarrow", zero_copy_batch=True, num_cpus=pool.cpus,
        compute=ActorPoolStrategy(size=pool.actors, max_tasks_in_flight_per_actor=2),
        fn_constructor_kwargs={"fold": fold, "ledger": ledger},
    )
