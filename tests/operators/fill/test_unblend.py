from __future__ import annotations

import numpy as np

from operators.fill.unblend import ghost, unblend
from tests.operators.overlaid import captioned


def test_inverts_a_translucent_overlay() -> None:
    """A sign or a factor in the inversion."""
    case = captioned(level=0.5)
    back, lost = unblend(case.image.astype(np.float32) / 255, case.alpha, np.ones(3, np.float32))
    good = (case.alpha > 0) & ~lost
    assert good.sum() > 0.9 * (case.alpha > 0).sum()
    assert np.abs(back - case.photo.astype(np.float32) / 255)[good].max() < 0.01


def test_says_what_is_lost() -> None:
    """Opaque and saturated pixels taken for recovered ones."""
    view = np.full((1, 3, 3), 0.5, np.float32)
    alpha = np.array([[0.95, 0.5, 0.5]], np.float32)
    _, lost = unblend(view, alpha, np.array([[[0.5] * 3, [1.2] * 3, [0.5] * 3]], np.float32))
    assert lost.tolist() == [[True, True, False]]


def test_ghost_tells_a_wrong_opacity_from_the_right_one() -> None:
    """A silhouette score that does not see half-removed letters."""
    case = captioned("coffee", (60, 300), level=0.5)
    view, white = case.image.astype(np.float32) / 255, np.ones(3, np.float32)
    right, _ = unblend(view, case.alpha, white)
    wrong, _ = unblend(view, 0.5 * case.alpha, white)
    assert ghost(right, case.alpha) < 0.15 < 0.3 < ghost(wrong, case.alpha)
