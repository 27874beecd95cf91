"""The order of a quad's corners decides which way text is rectified."""

import cv2
import numpy as np
import pytest

from operators.detection.quads import box_quad, in_reading_order, sides


@pytest.mark.parametrize("turn", range(4))
@pytest.mark.parametrize("mirrored", [False, True])
def test_order_does_not_depend_on_the_first_corner(turn: int, mirrored: bool) -> None:
    """OpenCV starts at any corner: the quad must start at the top left nevertheless."""
    corners = np.roll(box_quad(10, 20, 90, 40), turn, 0)
    quad = in_reading_order(corners[::-1] if mirrored else corners)
    assert quad.tolist() == box_quad(10, 20, 90, 40).tolist()


@pytest.mark.parametrize("angle", [-60, -30, -5, 5, 30, 60])
def test_line_runs_along_the_long_side_to_the_right(angle: float) -> None:
    """A turned line read along its short side would be rectified standing on end."""
    quad = in_reading_order(cv2.boxPoints(((100, 100), (80, 20), angle)))
    along = quad[1] - quad[0]
    assert sides(quad) == pytest.approx((80, 20), abs=0.01)
    assert np.degrees(np.arctan2(along[1], along[0])) == pytest.approx(angle, abs=0.1)


def test_tall_narrow_mark_that_is_nearly_square_is_read_flat() -> None:
    """A logo or one letter, slightly higher than wide, must not be turned by 90 degrees."""
    assert in_reading_order(box_quad(0, 0, 20, 26)).tolist() == box_quad(0, 0, 20, 26).tolist()
