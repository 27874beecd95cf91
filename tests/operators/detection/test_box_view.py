"""Views of boxes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from operators.detection.box_view import HEIGHT, WIDTH, box_view
from operators.detection.quads import box_quad, in_reading_order


def _page(angle: float, height: float) -> tuple[np.ndarray, np.ndarray]:
    """A grey page with a bar, red at its beginning and green at its end, turned by `angle` degrees; its quad."""
    rgb = np.full((400, 500, 3), 128, np.uint8)
    turn = np.deg2rad(angle)
    along = np.array([np.cos(turn), np.sin(turn)])
    down = np.array([-along[1], along[0]])
    centre = np.array([250.0, 200.0])
    ends, rims = 2.5 * height * along, height / 2 * down
    corners = [centre - ends - rims, centre + ends - rims, centre + ends + rims, centre - ends + rims]
    quad = np.array(corners, np.float32)
    middle = [(quad[0] + quad[1]) / 2, (quad[3] + quad[2]) / 2]
    for colour, half in (((220, 30, 30), [quad[0], middle[0], middle[1], quad[3]]),
                         ((30, 220, 30), [middle[0], quad[1], quad[2], middle[1]])):
        cv2.fillConvexPoly(rgb, np.rint((np.array(half) - 0.5) * 16).astype(np.int32), colour, shift=4)
    return rgb, quad


@pytest.mark.parametrize("height", [6, 30, 70], ids=["enlarged", "kept", "reduced"])
@pytest.mark.parametrize("angle", [0, 30, -45])
def test_writing_lies_level_in_the_middle(angle: float, height: float) -> None:
    """A turn the wrong way, or a window that is off, would show the classifier what lies beside the box."""
    rgb, quad = _page(angle, height)
    view = box_view(rgb, quad).astype(int)
    red, green = view[..., 0] - view[..., 1] > 60, view[..., 1] - view[..., 0] > 60
    assert view.shape == (HEIGHT, WIDTH, 3) and red.sum() > 200
    for part, side in ((red, -1), (green, 1)):
        ys, xs = np.nonzero(part)
        assert abs(ys.mean() - HEIGHT / 2) < 2 and side * (xs.mean() - WIDTH / 2) > 10
    assert abs(int(red.sum()) - int(green.sum())) < 0.15 * red.sum()
    assert not (red | green)[[0, -1]].any() and not (red | green)[:, [0, -1]].any()


def test_upright_boxes_are_laid_down() -> None:
    """Vertical writing squeezed into a flat view could not be read."""
    rgb, quad = _page(90, 30)
    view = box_view(rgb, in_reading_order(quad)).astype(int)
    changed = np.abs(view - 128).max(2) > 40
    assert np.ptp(np.nonzero(changed)[1]) > 3 * np.ptp(np.nonzero(changed)[0])


@pytest.mark.parametrize("quad", [box_quad(-30, -30, -5, -5), box_quad(480, 380, 540, 430), box_quad(5, 5, 6, 6),
                                  box_quad(0, 0, 500, 400), box_quad(3, 3, 3, 3)],
                         ids=["outside", "across", "speck", "all", "empty"])
def test_boxes_anywhere_have_a_view(quad: np.ndarray) -> None:
    """One box at the border must not end the picture."""
    assert box_view(_page(0, 30)[0], quad).shape == (HEIGHT, WIDTH, 3)
