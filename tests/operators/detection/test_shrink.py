"""Cores are shrunk and grown by formulas that must invert each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from operators.detection.quads import box_quad, sides
from operators.detection.shrink import growth_of_core, offset_quad, shrink_distance, shrink_quad


@given(st.floats(4, 900), st.floats(4, 900), st.sampled_from([0.4, 0.5, 0.6]))
def test_growth_inverts_shrinking(width: float, height: float, ratio: float) -> None:
    """A wrong root of the quadratic would give boxes that are too thin or too fat."""
    quad = box_quad(0, 0, width, height)
    wide, high = sides(shrink_quad(quad, ratio))
    assert growth_of_core(wide, high, ratio) == pytest.approx(shrink_distance(quad, ratio), rel=1e-3, abs=1e-3)


def test_offset_moves_every_edge_of_a_turned_quad() -> None:
    """Normals that point inwards would shrink where growing is asked for."""
    quad = np.array([[10, 0], [20, 10], [10, 20], [0, 10]], np.float32)
    grown = offset_quad(quad, 2.0)
    assert np.hypot(*(grown[1] - grown[0])) == pytest.approx(np.hypot(10, 10) + 4, rel=1e-5)
    assert grown[0] == pytest.approx([10, -2 * 2**0.5], abs=1e-4)
