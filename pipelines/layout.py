"""Where the line runs: pools of actors on this cluster, from the recipe and what the cluster has."""

from __future__ import annotations

from dataclasses import dataclass

from cluster.job import Pool, init_ray
from operators.stage import Line
from pipelines.line import build_stages, pool_options, resolve_layout
from pipelines.recipe import Recipe


@dataclass(frozen=True)
class Placement:
    """The layout and its pools, ready for `cluster.job.run_chunks`."""

    layout: str
    pools: list[Pool]

    def lines(self) -> list[str]:
        """One human line a pool."""
        return [_describe(pool) for pool in self.pools]


def place(recipe: Recipe, address: str | None = None, cpus: int | None = None) -> Placement:
    """Connect to Ray (start it locally without an address) and lay the line out over what it has."""
    has = init_ray(address, cpus)
    layout = resolve_layout(recipe, has.get("GPU", 0))
    stages = build_stages(recipe)
    pools = [
        Pool(name="_".join(p.stages), stages=[Line([stages[name] for name in p.stages])], actors=int(p.actors),
             cpus=p.cpus, gpus=p.gpus, memory=p.memory_mb * 2**20, accelerator_type=p.accelerator_type)
        for p in pool_options(recipe, layout, has.get("CPU", 1))
    ]
    return Placement(layout, pools)


def _describe(pool: Pool) -> str:
    names = pool.name.replace("_", "+")
    gpu = f" + {pool.gpus:g} GPU" if pool.gpus else ""
    return f"{names}: {pool.actors} actor{'s' if pool.actors != 1 else ''} x {pool.cpus:g} CPU{gpu}"
