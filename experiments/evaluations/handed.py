"""The line on rendered cases, with the true quads handed over as if a detector had found them, or on its own."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from experiments.evaluations.rendered import RenderedCase
from operators.ingest import decode
from operators.record import ImageRecord, Region
from operators.stage import Stage
from pipelines.line import build_stages
from pipelines.recipe import Recipe, load_recipe

REFINED = ("refine", "prepare")
WHOLE = ("refine", "prepare", "base", "prior", "diffusion", "compose")


def true_regions(case: RenderedCase, confidence: float = 0.95) -> list[Region]:
    """The overlay's own quads: lines of text as the detector's, marks without letters as the segmenter's."""
    return [Region(r.quad.astype(np.float32), confidence, kind="text" if r.text else "mark",
                   source="detector" if r.text else "segmenter") for r in case.overlay.regions]


def run_line(case: RenderedCase, recipe: Recipe | str, handed: bool, last: tuple[str, ...] = WHOLE) -> ImageRecord:
    """The record after ingest, detection or the true quads, and the stages of `last`. Raises RuntimeError when the line
    failed on it."""
    stages = _stages(load_recipe(recipe))
    record = ImageRecord(case.key, case.data, name=f"{case.key}.jpg")
    stages["ingest"]([record])
    if handed:
        record.regions = true_regions(case)
    else:
        stages["detect"].setup()
        stages["detect"]([record])
    for name in last:
        stages[name].setup()
        stages[name]([record])
    if record.error:
        raise RuntimeError(f"{case.key}: {record.stage}: {record.error}")
    return record


def pixels_of(record: ImageRecord) -> np.ndarray:
    """uint8 (H, W, 3): what the line made of the picture. Raises ValueError when it made nothing."""
    if record.result is None:
        raise ValueError(f"{record.key} has no result: run it to its end")
    return decode(record.result, max_pixels=2**62).rgb8()


@lru_cache(maxsize=4)
def _stages(recipe: Recipe) -> dict[str, Stage]:
    return build_stages(recipe)
