"""Which pools run the line: those of the recipe, or the default ones on what the cluster has."""

from __future__ import annotations

from typing import cast

from pipelines.line import STAGES, Device
from pipelines.recipe import PoolOptions, Recipe, RecipeError

STAGED_POOLS = (("ingest", "marks", "detect"), ("refine", "prepare", "base"), ("prior", "verify"),
                ("diffusion", "reverify", "mend"), ("measure", "compose"))
GENERATORS = ("prior", "diffusion")  # what a GPU pays for
HARMONIC = "harmonic"
PRIOR_SHARE = 0.25  # of the GPUs, beside a diffusion model: one pass against many
LINE_SHARE = 0.8  # of the CPUs; the rest is the reader's, the writer's and the driver's
IDLE_CPUS = 0.1  # of a pool that passes everything on


def resolve_layout(recipe: Recipe, gpus: float) -> str:
    """`fused` or `staged`: what the recipe says, else staged where there is a GPU and a generator to work on it."""
    if recipe.layout != "auto":
        return recipe.layout
    return "staged" if gpus >= 1 and _on_gpus(recipe, STAGES) else "fused"


def pool_options(recipe: Recipe, layout: str, cpus: float, gpus: float = 0) -> list[PoolOptions]:
    """The pools to run, with `actors` and `gpus` resolved. cpus, gpus: of the whole cluster.

    fused: one actor per core with the whole line, none with a GPU.

    staged: the recipe's pools, or the default ones. GPUs go to the pools with a generator that is not harmonic, unless
    `fill.device` is cpu; every other pool has none.
    - One such pool: an actor on each GPU.
    - Two and one GPU: an actor each, 0.25 of the GPU for the prior's and the rest for the diffusion model's.
    - Two and more GPUs: whole ones, an actor on each; a quarter of them, at least one, for the prior.
    A pool of the recipe may say `actors`, `gpus` or both itself: its share is then cut into so many actors, or holds
    as many of that size; both together are taken as they are.
    The default pools share 0.8 of the CPUs, so that every pool, the reader and the writer can be scheduled at once even
    on one core: an actor on a GPU has one at most, a pool that has nothing to do a tenth of one, and the others the
    same of what is left, with an actor on each whole core.

    Raises `RecipeError` when the pools are not the line cut in order, or a generator of `fill.device: cuda` has no GPU.
    """
    if layout == "fused":
        pools = [PoolOptions(stages=STAGES, actors=max(1, int(cpus)), cpus=0.8, gpus=0.0)]
    elif recipe.pools:
        pools = _resolved(recipe, list(recipe.pools), cpus, gpus)
    else:
        pools = _default_pools(recipe, cpus, gpus)
    _check_order(pools)
    _check_devices(recipe, pools, gpus)
    return pools


def device_of(recipe: Recipe, pool: PoolOptions) -> Device:
    """Where the generators of a pool compute: never on a GPU that it does not hold, nor on the CPU beside one."""
    if recipe.fill.device != "auto":
        return recipe.fill.device
    return "cuda" if pool.gpus else "cpu"


def generators_of(recipe: Recipe, stages: tuple[str, ...]) -> dict[str, str]:
    """By stage of a generator, what the recipe names for it."""
    return {name: cast(str, getattr(recipe.fill, name)) for name in GENERATORS if name in stages}


def _on_gpus(recipe: Recipe, stages: tuple[str, ...]) -> bool:
    return recipe.fill.device != "cpu" and _works(recipe, stages)


def _works(recipe: Recipe, stages: tuple[str, ...]) -> bool:
    return any(name != HARMONIC for name in generators_of(recipe, stages).values())


def _resolved(recipe: Recipe, pools: list[PoolOptions], cpus: float, gpus: float) -> list[PoolOptions]:
    shares = iter(_shares(gpus, sum(_on_gpus(recipe, pool.stages) for pool in pools)))
    resolved = []
    for pool in pools:
        share = next(shares) if _on_gpus(recipe, pool.stages) else 0.0
        each = _gpus_each(pool, share)
        actors = pool.actors
        if actors == "auto":
            left = share / each if each and share else cpus / len(pools) / max(pool.cpus, 0.1)
            actors = max(1, int(left + 1e-6))
        resolved.append(pool.model_copy(update={"actors": actors, "gpus": each}))
    return resolved


def _shares(gpus: float, pools: int) -> list[float]:
    """The GPUs of each pool that works on them, in the line's order."""
    if gpus < 1 or pools == 0:
        return [0.0] * pools
    if pools == 1:
        return [float(int(gpus))]
    prior = max(1.0, float(int(gpus * PRIOR_SHARE))) if gpus >= 2 else PRIOR_SHARE
    return [prior, int(gpus) - prior]


def _gpus_each(pool: PoolOptions, share: float) -> float:
    """Of each actor: a whole GPU if the share has one for everyone, else what lets equally many share each."""
    if pool.gpus != "auto":
        return pool.gpus
    actors = 1 if pool.actors == "auto" else pool.actors
    if share < 1:
        return int(share / actors * 10000) / 10000  # Ray counts in these
    return int(10000 / -(-actors // int(share))) / 10000


def _default_pools(recipe: Recipe, cpus: float, gpus: float) -> list[PoolOptions]:
    pools = _resolved(recipe, [PoolOptions(stages=stages) for stages in STAGED_POOLS], cpus, gpus)
    equal = LINE_SHARE * cpus / len(pools)
    held = [_held(recipe, pool, equal) for pool in pools]
    rest = (LINE_SHARE * cpus - sum(h for h in held if h)) / max(held.count(0.0), 1)
    return [_with_cpus(pool, h, rest) for pool, h in zip(pools, held, strict=True)]


def _held(recipe: Recipe, pool: PoolOptions, equal: float) -> float:
    """CPUs of a pool that needs few whatever there is; 0 for one that takes what is left."""
    if pool.gpus:
        return min(equal, float(pool.actors))
    passes_on = generators_of(recipe, pool.stages) and not _works(recipe, pool.stages)
    return min(equal, IDLE_CPUS) if passes_on else 0.0


def _with_cpus(pool: PoolOptions, held: float, rest: float) -> PoolOptions:
    """The default pool with its CPUs and, when it works on them, an actor on each."""
    actors = int(pool.actors) if pool.gpus else (1 if held else max(1, int(rest + 1e-6)))
    return pool.model_copy(update={"actors": actors, "cpus": int((held or rest) / actors * 1000) / 1000})


def _check_order(pools: list[PoolOptions]) -> None:
    order = tuple(stage for pool in pools for stage in pool.stages)
    if order != STAGES:
        raise RecipeError(f"pools: the stages must be {', '.join(STAGES)}, each once and in this order; "
                          f"the recipe has {', '.join(order)}")


def _check_devices(recipe: Recipe, pools: list[PoolOptions], gpus: float) -> None:
    for pool in pools:
        if recipe.fill.device == "cuda" and _works(recipe, pool.stages) and not pool.gpus:
            raise RecipeError(f"fill.device: cuda, and the pool of {'+'.join(pool.stages)} has no GPU (the cluster has "
                              f"{gpus:g}): use layout staged, give it gpus, or say fill.device: auto or cpu")
