from __future__ import annotations

import numpy as np
import pytest

from operators.matting.stroke import stroke_width
from operators.options import RefineOptions
from operators.refine.dilation import check_growth, distance_from, feather_extent, growth_for


def test_growth_follows_stroke_and_texture() -> None:
    """Fixed pixels: wrong at every size but one."""
    options = RefineOptions(growth=0.5, min_growth=2, max_growth=20)
    assert growth_for(20, 0.03, options) > growth_for(10, 0.03, options)
    assert growth_for(20, 0.08, options) < growth_for(20, 0.03, options) < growth_for(20, 0.0, options)


def test_growth_is_raised_above_the_feather() -> None:
    """growth <= feather: the blend brings the text back."""
    options = RefineOptions(feather_sigma=1.4)
    assert growth_for(1.0, 0.0, options) > feather_extent(options)


def test_options_that_leave_no_room_are_refused_by_name() -> None:
    """A silent clamp, and an error that does not say what to change."""
    with pytest.raises(ValueError, match=r"refine\.feather_sigma.*refine\.max_growth"):
        growth_for(1.0, 0.0, RefineOptions(feather_sigma=5.0, max_growth=6.0))
    with pytest.raises(ValueError, match=r"refine\.min_growth"):
        check_growth(2.0, 2.0)


@pytest.mark.parametrize("width", [3, 6, 11])
def test_stroke_width_of_bands(width: int) -> None:
    """A stroke measured at its ridge only, or off by the factor of its mean."""
    mask = np.zeros((60, 200), bool)
    mask[20 : 20 + width, 5:-5] = True
    assert abs(stroke_width(mask) - width) < 0.15 * width + 0.5


def test_distance_is_zero_on_the_mask_and_grows_by_pixels() -> None:
    """A distance field turned inside out."""
    mask = np.zeros((9, 9), bool)
    mask[4, 4] = True
    distance = distance_from(mask, None)
    assert distance[4, 4] == 0 and distance[4, 7] == 3 and abs(distance[0, 0] - np.hypot(4, 4)) < 1e-3
