"""A pool of equal workers and the consecutive stages they run."""

from __future__ import annotations

from dataclasses import dataclass, replace

from operators.stage import Stage

IO_CPUS = 0.1  # of a read or a write task: they wait for disks and networks


class PlacementError(RuntimeError):
    """The pools do not fit the cluster. The message says what is missing."""


@dataclass(frozen=True)
class Pool:
    """actors: how many. cpus, gpus: of each; a fraction of one GPU, or whole ones. memory: bytes of each, 0 = not
    reserved. accelerator_type: as Ray names it, such as A100."""

    name: str
    stages: list[Stage]
    actors: int = 1
    cpus: float = 0.8
    gpus: float = 0.0
    memory: int = 0
    accelerator_type: str | None = None


def fit(pools: list[Pool], resources: dict[str, float]) -> list[Pool]:
    """Pools whose CPU requests leave room for one reader and one writer.

    Why: actors hold their CPUs for the whole job. Were all taken, no read task could ever start and the job would
    wait for ever. CPU requests are tokens for scheduling, so they are scaled down; GPUs, memory and accelerators are
    not. resources: as `ray.cluster_resources` gives them. Raises `PlacementError` for what could never be scheduled:
    Ray itself would wait for it without a word.
    """
    _check_gpus(pools, resources.get("GPU", 0))
    _check_rest(pools, resources)
    wanted, room = sum(p.cpus * p.actors for p in pools), resources.get("CPU", 1.0) - 2 * IO_CPUS
    if wanted <= room:
        return pools
    scale = max(room, 0.1) / wanted
    return [replace(p, cpus=max(0.001, int(p.cpus * scale * 1000) / 1000)) for p in pools]


def _check_gpus(pools: list[Pool], gpus: float) -> None:
    """Actors take their GPUs in the order of the pools, a fraction from the fullest GPU that still has it, as on one
    node: three times 0.6 do not fit on two GPUs although 1.8 is less than 2."""
    free = [1.0] * int(gpus) + ([gpus % 1] if gpus % 1 else [])
    for pool in pools:
        for _ in range(pool.actors if pool.gpus else 0):
            if pool.gpus > 1 and pool.gpus % 1:
                raise PlacementError(f"pool {pool.name} asks for {pool.gpus:g} GPUs an actor: more than one must be "
                                     "a whole number")
            if not _take(free, pool.gpus):
                raise PlacementError(f"{_asked(pools)}, and the cluster has {gpus:g}: lower actors or gpus in the "
                                     "recipe's pools, or use layout fused")


def _take(free: list[float], wanted: float) -> bool:
    """Take an actor's GPUs from what is free of each. False when it cannot be had."""
    least, count = min(wanted, 1.0), max(1, int(wanted))
    fits = sorted((share, i) for i, share in enumerate(free) if share >= least - 1e-6)[:count]
    for _, i in fits:
        free[i] -= least
    return len(fits) == count


def _asked(pools: list[Pool]) -> str:
    wanted = " + ".join(f"{p.actors} x {p.gpus:g} ({p.name})" for p in pools if p.gpus)
    return f"the pools ask for {wanted} GPUs"


def _check_rest(pools: list[Pool], resources: dict[str, float]) -> None:
    memory, has = sum(p.memory * p.actors for p in pools), resources.get("memory", float("inf"))
    if memory > has:
        raise PlacementError(f"the pools reserve {memory / 2**20:,.0f} MB of memory, and the cluster has "
                             f"{has / 2**20:,.0f} MB: lower actors or memory_mb in the recipe's pools")
    for pool in pools:
        if pool.accelerator_type and f"accelerator_type:{pool.accelerator_type}" not in resources:
            known = [name.split(":", 1)[1] for name in resources if name.startswith("accelerator_type:")]
            raise PlacementError(f"pool {pool.name} asks for an accelerator of type {pool.accelerator_type}, and the "
                                 f"cluster has {', '.join(sorted(known)) or 'none that it names'}")
