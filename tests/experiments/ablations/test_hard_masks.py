"""Soft against hard masks, on results that are known beforehand."""

from __future__ import annotations

import cv2
import numpy as np

from experiments.ablations.hard_masks import pairs_of, region_row, table_of
from experiments.evaluations.rendered import RenderedCase, jpeg
from operators.record import Matte, Region
from operators.render import Overlay
from operators.render.overlay import OverlayRegion
from pipelines.library import CleanImage
from tests.operators.overlaid import captioned, photo


def _case() -> RenderedCase:
    case = captioned()
    overlay = Overlay("caption", case.image, case.alpha, np.zeros_like(case.image, np.float32),
                      [OverlayRegion(case.quad, "Hello, old world", "caption")])
    return RenderedCase("one", overlay, case.photo, jpeg(case.image))


def _region(case: RenderedCase, route: str = "prior", generator: str = "prior", source: str = "detector") -> Region:
    alpha = case.overlay.alpha
    hole = cv2.dilate((alpha > 0).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    matte = Matte(0, 0, alpha.astype(np.float16), hole, hole.astype(np.float16), np.ones(3, np.float32), 9, 2, 1.4)
    return Region(np.zeros((4, 2), np.float32), 0.9, route=route, generator=generator, source=source, matte=matte)


def _result(pixels: np.ndarray, *regions: Region) -> CleanImage:
    return CleanImage(b"", pixels, "cleaned", "", "", list(regions), {}, {})


def test_a_rim_that_is_off_is_a_seam() -> None:
    """A seam looked for in the middle of the hole, or one that a perfect fill has."""
    truth, hole = photo()[:100, :100], np.zeros((100, 100), bool)
    hole[20:70, 20:70] = True
    rim = hole & ~(cv2.erode(hole.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0)
    wrong, hidden = truth.copy(), truth.copy()
    wrong[rim] = 255 - wrong[rim]
    hidden[40:50, 40:50] = 255 - hidden[40:50, 40:50]
    assert region_row(truth, truth, hole)["seam"] == 0 and region_row(hidden, truth, hole)["ciede2000"] == 0
    row = region_row(wrong, truth, hole)
    assert row["seam"] == 1 and row["ciede2000"] > 5 and row["ssim"] < 0.9 and row["drift_off"] > 0


def test_only_regions_that_both_filled_are_paired() -> None:
    """Pairs of a fill and something kept, or learnt marks, on which the option has no influence, among the others."""
    case = _case()
    soft = _result(case.photo, _region(case, generator="unblend"), _region(case), _region(case), _region(
        case, source="marks"))
    hard = _result(case.overlay.image, _region(case), _region(case, route="keep"), _region(case), _region(
        case, source="marks"))
    pairs = pairs_of(case, soft, hard)
    assert [group for group, _, _ in pairs] == ["un-blended when soft", "filled in both", "learnt marks"]
    assert all(a["ciede2000"] < b["ciede2000"] for _, a, b in pairs)
    table = table_of(pairs)
    assert "| estimated mattes (2) | seam | 0.000 [0.000, 0.000] |" in table and "learnt marks (1)" in table
