"""Where the line runs: pools of actors on this cluster, from the recipe and what the cluster has."""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster.job import Pool, init_ray
from cluster.pool import PlacementError, fit
from operators.stage import Line
from pipelines.line import STAGES, build_stages
from pipelines.observer import PoolNote
from pipelines.pools import HARMONIC, device_of, generators_of, pool_options, resolve_layout
from pipelines.recipe import PoolOptions, Recipe, RecipeError


@dataclass(frozen=True)
class Placement:
    """The layout and its pools, ready for `cluster.job.run_chunks`. generators: by pool, what fills in it, in words."""

    layout: str
    pools: list[Pool]
    generators: dict[str, str] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """One human line a pool: "prior: 1 actor x 0.4 CPU + 0.25 GPU, embedded"."""
        return [_describe(pool, self.generators.get(pool.name, "")) for pool in self.pools]

    def notes(self) -> list[PoolNote]:
        """The same for machines to read."""
        return [_note(pool, self.generators.get(pool.name, "")) for pool in self.pools]


def place(recipe: Recipe, address: str | None = None, cpus: int | None = None) -> Placement:
    """Connect to Ray (start it locally without an address) and lay the line out over what it has. Raises `RecipeError`
    for pools that the cluster has no room for."""
    has = init_ray(address, cpus)
    return lay_out(recipe, has)


def lay_out(recipe: Recipe, has: dict[str, float]) -> Placement:
    """The line over a cluster with those resources, as `ray.cluster_resources` gives them. Raises `RecipeError`."""
    layout = resolve_layout(recipe, has.get("GPU", 0))
    options = pool_options(recipe, layout, has.get("CPU", 1), has.get("GPU", 0))
    stages = build_stages(recipe, {name: device_of(recipe, p) for p in options for name in p.stages})
    pools = [
        Pool(name="_".join(p.stages), stages=[Line([stages[name] for name in p.stages])], actors=int(p.actors),
             cpus=p.cpus, gpus=float(p.gpus), memory=p.memory_mb * 2**20, accelerator_type=p.accelerator_type)
        for p in options
    ]
    try:
        pools = fit(pools, has)
    except PlacementError as error:
        raise RecipeError(str(error)) from error
    return Placement(layout, pools, {"_".join(p.stages): _generators(recipe, p) for p in options})


def _note(pool: Pool, generators: str) -> PoolNote:
    return {"stages": pool.name.split("_"), "actors": pool.actors, "cpus": pool.cpus, "gpus": pool.gpus,
            "memory_mb": pool.memory // 2**20, "accelerator_type": pool.accelerator_type, "generators": generators}


def _describe(pool: Pool, generators: str) -> str:
    names = pool.name.replace("_", "+")
    kind = f"{pool.accelerator_type} " if pool.accelerator_type else ""
    gpu = f" + {pool.gpus:g} {kind}GPU" if pool.gpus else ""
    who = "all stages" if pool.name == "_".join(STAGES) else names
    what = f", {generators}" if generators else ""
    return f"{who}: {pool.actors} actor{'s' if pool.actors != 1 else ''} x {pool.cpus:g} CPU{gpu}{what}"


def _generators(recipe: Recipe, pool: PoolOptions) -> str:
    """Who fills in the pool, and on the CPU if so."""
    where = " on the CPU" if device_of(recipe, pool) == "cpu" else ""
    found = {stage: name if name == HARMONIC else name + where for stage, name in
             generators_of(recipe, pool.stages).items()}
    if len(found) == 1:
        return "".join(found.values())
    return ", ".join(f"{stage} {words}" for stage, words in found.items())
