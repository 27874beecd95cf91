"""The evaluation of mattes, on regions whose mattes are known."""

from __future__ import annotations

import numpy as np

from experiments.evaluations.alpha import matte_row, summary
from experiments.evaluations.handed import true_regions
from experiments.evaluations.rendered import RenderedCase, jpeg
from operators.record import Matte, Region
from operators.render import Overlay
from operators.render.overlay import OverlayRegion
from tests.operators.overlaid import captioned, record_of


def _case() -> RenderedCase:
    case = captioned(text="O8", size=90, at=(60, 330))
    regions = [OverlayRegion(case.quad, "O8", "caption"), OverlayRegion(case.quad + 5, "", "caption")]
    overlay = Overlay("caption", case.image, case.alpha, np.zeros_like(case.image, np.float32), regions)
    return RenderedCase("one", overlay, case.photo, jpeg(case.image))


def _region(alpha: np.ndarray, hole: np.ndarray, route: str) -> Region:
    matte = Matte(0, 0, alpha.astype(np.float16), hole, hole.astype(np.float16), np.ones(3, np.float32), 9, 3, 1.4)
    return Region(np.zeros((4, 2), np.float32), 0.9, route=route, matte=matte)


def test_a_perfect_matte_and_a_kept_region() -> None:
    """Regions that are kept counted as removed; an error that a perfect matte has."""
    case = _case()
    alpha, hole = case.overlay.alpha, case.overlay.alpha > 0
    row = matte_row(record_of(case.overlay.image, [_region(alpha, hole, "prior")]), case)
    assert row["alpha_error"] < 1e-3 and row["covered"] == 1 and row["mass"] > 0.999
    assert row["growth_kept"] and (row["counters"], row["open"]) == (3, 3)
    kept = matte_row(record_of(case.overlay.image, [_region(alpha, hole, "keep")]), case)
    assert kept["mass"] == 0 and kept["covered"] == 0 and kept["alpha_error"] > 0.8


def test_counters_are_summed_over_pictures() -> None:
    """A picture with one counter that weighs as much as one with fifty."""
    base = {"mass": 1.0, "alpha_error": 0.1, "covered": 1.0, "growth": 2.0, "growth_kept": True}
    rows: list[dict[str, float]] = [{**base, "counters": 1, "open": 0}, {**base, "counters": 9, "open": 9}]
    assert summary(rows)["open"] == 0.9
    assert summary([{**base, "counters": 0, "open": 0}])["open"] is None
    assert summary([]) == {"pictures": 0}


def test_true_quads_look_like_findings() -> None:
    """Marks without letters handed over as lines, whose height would set their scale."""
    text, mark = true_regions(_case())
    assert (text.kind, text.source, mark.kind, mark.source) == ("text", "detector", "mark", "segmenter")
