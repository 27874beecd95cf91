"""Chunks through pools: the Ray Data graph of a job, from read tasks to commits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ray
from ray.data import ActorPoolStrategy
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from cluster.adapter import named
from cluster.context import quiet_context
from cluster.datasink import ChunkDatasink
from cluster.datasource import ChunkDatasource
from cluster.lease import Lease
from cluster.ledger import Ledger
from cluster.plan import Plan
from cluster.pool import IO_CPUS, PlacementError, Pool, fit
from cluster.samples_ref import SamplesRef
from cluster.session import init_ray
from cluster.sinks import open_shard
from cluster.sinks.commit import Committer

_MB = 1_000_000


def run_chunks(
    plan: Plan,
    chunk_ids: list[int],
    pools: list[Pool],
    out: str,
    *,
    lease: Lease,
    output_kind: str = "same",
    quarantine_after: int = 2,
    no_progress_minutes: float = 30,
) -> None:
    """Read, work on and commit the given chunks. Returns when all are committed; raises what broke the job off.

    Chunks committed before an exception stay committed, so running again with the rest resumes. Ray must be
    initialised (`init_ray`). Raises `PlacementError` when the pools do not fit the cluster.
    """
    if not chunk_ids:
        return
    pools = fit([replace(p, actors=min(p.actors, len(chunk_ids))) for p in pools], ray.cluster_resources())
    samples = SamplesRef.put(plan, chunk_ids)
    ledger = _start_ledger(quarantine_after)
    committer = Committer(out, lease.claim, open_shard(output_kind, plan.kind, plan.image_column))
    try:
        with quiet_context(no_progress_minutes=no_progress_minutes, in_flight_bytes=_in_flight_bytes(plan, pools)):
            _dataset(plan, chunk_ids, pools, ledger, samples).write_datasink(
                ChunkDatasink(committer, samples, pools[-1].name if pools else "read"),
                ray_remote_args={"num_cpus": IO_CPUS, "max_retries": -1})
    finally:
        ray.kill(ledger)  # whatever actors are left end with it


def _dataset(plan: Plan, chunk_ids: list[int], pools: list[Pool], ledger: Any, samples: SamplesRef) -> ray.data.Dataset:
    """Read tasks and pools in order, ready to be written."""
    dataset = ray.data.read_datasource(
        ChunkDatasource(plan, chunk_ids, samples), num_cpus=IO_CPUS, override_num_blocks=len(chunk_ids),
        concurrency=min(len(chunk_ids), _readers(pools)),
    )
    before = "read"
    for pool in pools:
        dataset, before = _through(dataset, pool, ledger, before), pool.name
    return dataset


def _through(dataset: ray.data.Dataset, pool: Pool, ledger: Any, before: str) -> ray.data.Dataset:
    """One pool over whole blocks. Fixed size: Ray Data scales by queue length, which few large chunks never fill."""
    options: dict[str, Any] = {"num_cpus": pool.cpus}
    if pool.gpus:
        options["num_gpus"] = pool.gpus
    if pool.memory:
        options["memory"] = pool.memory
    if pool.accelerator_type:
        options["accelerator_type"] = pool.accelerator_type
    # The public `map_batches` wants a batch size where there are GPUs, and would then join chunks to reach it.
    return dataset.map_batches_internal(
        named(pool.name), batch_size=None, batch_format="pyarrow", zero_copy_batch=True,
        compute=ActorPoolStrategy(size=pool.actors, max_tasks_in_flight_per_actor=2),
        fn_constructor_kwargs={"pool": pool.name, "stages": pool.stages, "ledger": ledger, "before": before,
                               "actors": pool.actors},
        udf_modifying_row_count=False, **options,
    )


def _start_ledger(quarantine_after: int) -> Any:
    """On the driver's node, so that it lives as long as the driver does and no longer."""
    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    actor = ray.remote(Ledger).options(num_cpus=0, max_restarts=-1, max_task_retries=-1, scheduling_strategy=here)
    return actor.remote(quarantine_after)


def _in_flight_bytes(plan: Plan, pools: list[Pool]) -> float:
    """Bounded by the number of workers, not by the memory at hand: what waits in the object store would otherwise grow
    with the input until the store is full. Every actor holds a chunk and has one waiting, each once as input and once
    as output; so do reader and writer.

    Twice that, and never below 512 MB: Ray Data reserves 128 MB or more for the output of a task whose size it has not
    seen, and under a tighter limit it gave work to one actor only (2.5 instead of 6 images per second on two cores).
    """
    return max(512 * _MB, 8 * int(plan.chunk_bytes.max()) * (2 + sum(pool.actors for pool in pools)))


def _readers(pools: list[Pool]) -> int:
    """Read tasks at once: enough to feed the first pool, which is slower than any disk."""
    return max(2, pools[0].actors if pools else 2)


__all__ = ["PlacementError", "Pool", "init_ray", "run_chunks"]
