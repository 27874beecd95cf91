"""One pair through the line and the baselines: its row, and the pictures for the page."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from operators.record import ImageRecord, Region
from pipelines.evaluation.crops import Crops, crop
from pipelines.evaluation.loading import BadPair, Loaded, load
from pipelines.evaluation.measures import Judge, Values
from pipelines.evaluation.methods import OURS, TARGET, Attempt, alpha_of, attempts
from pipelines.evaluation.pairs import Pair
from pipelines.evaluation.row import Row
from pipelines.library import clean_image
from pipelines.line import build_stages
from pipelines.recipe import Recipe

HANDED = ("recipe", "sample")  # sources of regions that nothing had to detect
FAST = (cv2.IMWRITE_PNG_COMPRESSION, 1)
FOUND = 0.7  # share of an overlay inside the hole from which it counts as found


class Bench:
    """Holds the line and its detector, and measures pair after pair."""

    def __init__(self, recipe: Recipe) -> None:
        """Raises `WeightsUnavailable` or `ValueError` when the recipe's detector cannot be loaded."""
        self.recipe = recipe
        self.detect = build_stages(recipe)["detect"] if recipe.detect.model != "none" else None
        if self.detect is not None:
            self.detect.setup()

    def __call__(self, pair: Pair) -> tuple[Row, Crops | None]:
        """Never raises for one pair: what is wrong with it is its row's problem."""
        try:
            return self._measured(load(pair))
        except BadPair as error:
            return Row(pair.key, problem=str(error)), None
        except Exception as error:  # one pair's error must not cost the others
            return Row(pair.key, problem=f"unexpected {type(error).__name__}: {error}"), None

    def _measured(self, pair: Loaded) -> tuple[Row, Crops | None]:
        result = clean_image(pair.data, self.recipe)
        made = attempts(pair, result, self._quads(pair.before))
        judge = Judge(pair)
        height, width = pair.mask.shape
        row = Row(pair.key, pair.kind, "", width, height, pair.mask_source, round(float(pair.mask.mean()), 6),
                  result.status, result.reason or result.error, round(sum(result.seconds.values()), 4),
                  _own(pair, made[OURS].hole, alpha_of(result.regions, pair.mask.shape)),
                  [_note(region) for region in result.regions],
                  {name: judge.values(attempt) | self._residual(attempt) for name, attempt in made.items()})
        row.methods[TARGET] |= {"outside_max": None, "outside_share": None}  # it did not come from the input
        return row, crop(pair, made[OURS], made[row.best_baseline])

    def _quads(self, rgb8: np.ndarray) -> list[np.ndarray]:
        """(4, 2) px of what the line's detector takes for overlay and would not leave as it is."""
        if self.detect is None:
            return []
        record = ImageRecord("picture", cv2.imencode(".png", rgb8[:, :, ::-1], FAST)[1].tobytes())
        self.detect.process(record)
        return [r.quad for r in record.regions if r.source not in HANDED and r.route != "keep" and r.kind != "scene"
                and r.confidence >= self.recipe.detect.min_confidence]

    def _residual(self, attempt: Attempt) -> Values:
        return {"residual": float(len(self._quads(attempt.picture))) if self.detect is not None else None}


def _own(pair: Loaded, hole: np.ndarray, estimate: np.ndarray) -> Values:
    """found, hole_coverage, hole_size and alpha_mae, as `Row` defines them."""
    mass = pair.alpha if pair.alpha is not None else pair.mask.astype(np.float32)
    support = mass > 0
    if not pair.mask.any() or not support.any():
        return {"found": None, "hole_coverage": None, "hole_size": None, "alpha_mae": None}
    error = float(np.abs(estimate - mass)[support].mean()) if pair.alpha is not None else None
    values = {"found": float(mass[hole].sum() >= FOUND * mass.sum()), "hole_coverage": float(hole[pair.mask].mean()),
              "hole_size": float(hole.sum() / pair.mask.sum()), "alpha_mae": error}
    return {name: None if value is None else round(value, 6) for name, value in values.items()}


def _note(region: Region) -> dict[str, Any]:
    return {"quad": [[round(float(v), 1) for v in point] for point in region.quad],
            "confidence": round(float(region.confidence), 4), "kind": region.kind, "route": region.route,
            "reason": region.reason, "generator": region.generator}
