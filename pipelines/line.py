"""From a recipe to the line: which stages, in which order, in which pools."""

from __future__ import annotations

from operators.compose import ComposeStage
from operators.detect import DetectStage
from operators.fill import BaseStage, DiffusionStage, PriorStage
from operators.ingest import IngestStage
from operators.marks.stage import MarkStage
from operators.measure import MeasureStage
from operators.refine import RefineStage
from operators.route import PrepareStage
from operators.stage import Line, Stage
from pipelines.recipe import PoolOptions, Recipe, RecipeError

STAGES = ("ingest", "marks", "detect", "refine", "prepare", "base", "prior", "diffusion", "measure", "compose")
STAGED_POOLS = (("ingest", "marks", "detect"), ("refine", "prepare", "base"), ("prior",), ("diffusion",),
                ("measure", "compose"))
GENERATORS = ("prior", "diffusion")  # what a GPU pays for


def build_stages(recipe: Recipe) -> dict[str, Stage]:
    """Every stage of the line by name, in order, configured and not yet set up."""
    return {
        "ingest": IngestStage(recipe.ingest),
        "marks": MarkStage(_mark_files(recipe)),
        "detect": DetectStage(recipe.detect, recipe.ingest.max_pixels),
        "refine": RefineStage(recipe.refine, recipe.detect.min_confidence, recipe.detect.precision),
        "prepare": PrepareStage(recipe.route, recipe.fill, recipe.detect.min_confidence),
        "base": BaseStage(recipe.fill, recipe.route),
        "prior": PriorStage(recipe.fill, recipe.seed, recipe.route),
        "diffusion": DiffusionStage(recipe.fill, recipe.seed, recipe.route),
        "measure": MeasureStage(),
        "compose": ComposeStage(recipe.compose),
    }


def _mark_files(recipe: Recipe) -> tuple[tuple[str, bytes], ...]:
    """Read on the driver, so that workers need not reach the files. Raises `RecipeError`."""
    if not recipe.marks:
        return ()
    from pipelines.marks import read_mark_files

    return read_mark_files(recipe.marks)


def build_line(recipe: Recipe) -> Line:
    """The whole line as one stage: the fused layout, and library use."""
    return Line(list(build_stages(recipe).values()))


def resolve_layout(recipe: Recipe, gpus: float) -> str:
    """`fused` or `staged`: what the recipe says, else staged where there are GPUs."""
    if recipe.layout != "auto":
        return recipe.layout
    return "staged" if gpus >= 1 else "fused"


def pool_options(recipe: Recipe, layout: str, cpus: float) -> list[PoolOptions]:
    """The pools to run, with `actors` resolved. Raises `RecipeError` when they are not the line cut in order.

    fused: one actor per core. staged: the recipe's pools, or the default ones; CPUs are shared so that every
    pool, the reader and the writer can be scheduled at once even on one core.
    """
    if layout == "fused":
        pools = [PoolOptions(stages=STAGES, actors=max(1, int(cpus)), cpus=0.8)]
    elif recipe.pools:
        pools = list(recipe.pools)
    else:
        each = round(0.8 * cpus / len(STAGED_POOLS), 3)
        pools = [PoolOptions(stages=stages, actors=1, cpus=each) for stages in STAGED_POOLS]
    _check_order(pools)
    return [p.model_copy(update={"actors": _actors(p, cpus, len(pools))}) for p in pools]


def _actors(pool: PoolOptions, cpus: float, pools: int) -> int:
    if pool.actors != "auto":
        return pool.actors
    return max(1, int(cpus / pools / max(pool.cpus, 0.1)))


def _check_order(pools: list[PoolOptions]) -> None:
    order = tuple(stage for pool in pools for stage in pool.stages)
    if order != STAGES:
        raise RecipeError(f"pools: the stages must be {', '.join(STAGES)}, each once and in this order; "
                          f"the recipe has {', '.join(order)}")
