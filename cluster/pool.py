"""A pool of equal workers and the consecutive stages they run."""

from __future__ import annotations

from dataclasses import dataclass, replace

from operators.stage import Stage

IO_CPUS = 0.1  # of a read or a write task: they wait for disks and networks


class PlacementError(RuntimeError):
    """The pools do not fit the cluster. The message says what is missing."""


@dataclass(frozen=True)
class Pool:
    """actors: how many. cpus, gpus: of each, fractions allowed. memory: bytes of each, 0 = not reserved."""

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
    wait for ever. CPU requests are tokens for scheduling, so they are scaled down, while GPUs are not:
    raises `PlacementError` when there are too few.
    """
    gpus = sum(p.gpus * p.actors for p in pools)
    if gpus > resources.get("GPU", 0):
        raise PlacementError(f"the pools ask for {gpus:g} GPUs and the cluster has {resources.get('GPU', 0):g}: "
                             "lower actors or gpus in the recipe's pools, or use layout fused")
    wanted, room = sum(p.cpus * p.actors for p in pools), resources.get("CPU", 1.0) - 2 * IO_CPUS
    if wanted <= room:
        return pools
    scale = max(room, 0.1) / wanted
    return [replace(p, cpus=max(0.001, int(p.cpus * scale * 1000) / 1000)) for p in pools]
