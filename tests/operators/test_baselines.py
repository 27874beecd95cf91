"""The baselines on photographs that scikit-image ships."""

from __future__ import annotations

import numpy as np
import pytest

from operators.baselines import FILLERS, grown, hole_of_quads
from tests.operators.overlaid import captioned, photo


@pytest.mark.parametrize("name", FILLERS)
def test_a_baseline_fills_the_hole_and_nothing_else(name: str) -> None:
    """Catches a baseline that blurs what it should keep, or one that leaves the text and so looks bad by mistake."""
    case = captioned()
    hole = grown(case.alpha > 0)
    result = FILLERS[name](case.image, hole)
    assert result.dtype == np.uint8 and np.array_equal(result[~hole], case.image[~hole])
    before, after = (np.abs(x.astype(int) - case.photo)[hole].mean() for x in (case.image, result))
    assert after < 0.4 * before


@pytest.mark.parametrize("name", FILLERS)
def test_without_a_hole_the_picture_stays(name: str) -> None:
    """Catches OpenCV's error on an empty mask, which a picture without overlay gives."""
    picture = photo()[:64, :64].copy()
    assert np.array_equal(FILLERS[name](picture, np.zeros((64, 64), bool)), picture)


def test_a_quad_covers_its_inside() -> None:
    """Catches swapped axes, and a turned box that is drawn upright."""
    hole = hole_of_quads([np.array([[10, 20], [50, 20], [50, 30], [10, 30]], np.float32)], (40, 60))
    assert hole[25, 45] and hole[21, 11] and not hole[35, 25] and not hole[25, 55]
    turned = hole_of_quads([np.array([[30, 5], [55, 20], [30, 35], [5, 20]], np.float32)], (40, 60))
    assert turned[20, 30] and not turned[7, 8]


def test_a_hole_of_another_size_is_refused_with_both_sizes() -> None:
    """Catches a mask that silently covers another part of the picture."""
    with pytest.raises(ValueError, match=r"\(64, 64, 3\).*\(32, 64\)"):
        FILLERS["telea"](photo()[:64, :64], np.zeros((32, 64), bool))
