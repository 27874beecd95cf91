"""What the verifier is shown."""

from __future__ import annotations

import numpy as np
import pytest

from operators.verify.views import BAND, SIDE, seam_views
from tests.operators.overlaid import photo


def shown(hole: np.ndarray, own: np.ndarray | None = None) -> np.ndarray:
    """Bool: which pixels of a picture that numbers them lie in some view."""
    height, width = hole.shape
    numbers = np.arange(height * width, dtype=np.float32).reshape(height, width)
    views = seam_views(np.repeat(numbers[..., None], 3, 2), hole.astype(np.float32), hole, own)
    found = np.zeros(height * width, bool)
    for view in views:
        assert view.rgb.shape == (SIDE, SIDE, 3) and view.alpha.shape == view.hole.shape == (SIDE, SIDE)
        found[view.rgb[..., 0].astype(int).ravel()] = True
    return found.reshape(height, width)


@pytest.mark.parametrize("shape", [(400, 700), (100, 90), (128, 128), (60, 500)])
def test_every_pixel_of_the_band_is_in_some_view(shape: tuple[int, int]) -> None:
    """A corner of a long caption, or a picture smaller than a view, that nobody looks at."""
    hole = np.zeros(shape, bool)
    hole[shape[0] // 4 : shape[0] * 3 // 4, shape[1] // 8 : shape[1] * 7 // 8] = True
    rows, columns = slice(shape[0] // 4 - BAND, shape[0] * 3 // 4 + BAND), slice(shape[1] // 8 - BAND, None)
    band = np.zeros(shape, bool)
    band[rows, columns] = True
    band &= ~np.pad(hole[2 * BAND :, 2 * BAND :], ((BAND, BAND), (BAND, BAND))) & (
        np.arange(shape[1])[None] < shape[1] * 7 // 8 + BAND)
    inside = np.zeros(shape, bool)
    inside[shape[0] // 4 : shape[0] * 3 // 4, shape[1] // 8 : shape[1] * 7 // 8] = True
    edge = band & ~inside
    assert shown(hole)[edge].all()


def test_views_lie_about_the_asked_part_and_show_the_others_as_hole() -> None:
    """A neighbouring line of the caption taken for picture, or judged twice."""
    rgb = photo().astype(np.float32) / 255
    hole, own = np.zeros(rgb.shape[:2], bool), np.zeros(rgb.shape[:2], bool)
    hole[100:120, 100:200] = hole[400:420, 300:400] = own[100:120, 100:200] = True
    views = seam_views(rgb, hole.astype(np.float32), hole, own)
    assert len(views) == 2 and not shown(hole, own)[400:420, 300:400].any()
    near = hole.copy()
    near[125:140, 100:200] = True
    assert seam_views(rgb, near.astype(np.float32), near, own)[0].hole.sum() > views[0].hole.sum()


def test_no_hole_gives_no_view_and_a_window_that_is_all_hole_gives_one() -> None:
    """An exception where there is nothing to judge, or nothing known to judge by."""
    rgb = np.zeros((200, 200, 3), np.float32)
    none, full = np.zeros((200, 200), bool), np.ones((200, 200), bool)
    assert seam_views(rgb, none.astype(np.float32), none) == []
    assert seam_views(rgb, full.astype(np.float32), full)
