"""From a recipe to the line: which stages, in which order, in which pools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from operators.compose import ComposeStage
from operators.detect import DetectStage
from operators.fill import BaseStage, DiffusionStage, PriorStage
from operators.fill.generators import BASE
from operators.ingest import IngestStage
from operators.marks.stage import MarkStage
from operators.measure import MeasureStage
from operators.refine import RefineStage
from operators.remedy.stage import MendStage
from operators.route import PrepareStage
from operators.stage import Line, Stage
from operators.verify.stage import ReverifyStage, VerifyStage
from pipelines.recipe import Recipe

STAGES = ("ingest", "marks", "detect", "refine", "prepare", "base", "prior", "verify", "diffusion", "reverify", "mend",
          "measure", "compose")
Device = Literal["auto", "cpu", "cuda"]


def build_stages(recipe: Recipe, devices: Mapping[str, Device] | None = None) -> dict[str, Stage]:
    """Every stage of the line by name, in order, configured and not yet set up.

    devices: by the stage of a generator, where it computes; without, `fill.device` as it stands: the library's auto
    is the GPU that torch sees. Raises `RecipeError` for marks that cannot be read.
    """
    fill = {name: recipe.fill.model_copy(update={"device": device}) for name, device in (devices or {}).items()}
    gated = recipe.fill.diffusion != BASE
    return {
        "ingest": IngestStage(recipe.ingest),
        "marks": MarkStage(_mark_files(recipe), recipe.detect.repeats),
        "detect": DetectStage(recipe.detect, recipe.ingest.max_pixels),
        "refine": RefineStage(recipe.refine, recipe.detect.min_confidence, recipe.detect.precision),
        "prepare": PrepareStage(recipe.route, recipe.fill, recipe.detect.min_confidence),
        "base": BaseStage(recipe.fill, recipe.route, recipe.seed),
        "prior": PriorStage(fill.get("prior", recipe.fill), recipe.seed, recipe.route, verify=recipe.verify),
        "verify": VerifyStage(recipe.verify, gated),
        "diffusion": DiffusionStage(fill.get("diffusion", recipe.fill), recipe.seed, recipe.route,
                                    verify=recipe.verify),
        "reverify": ReverifyStage(recipe.verify, gated),
        "mend": MendStage(recipe.verify, fill.get("mend", recipe.fill), recipe.seed),
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
