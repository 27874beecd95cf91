"""What the region classifier is shown of a box."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from operators.detection.cores import Box
from operators.detection.crops import CHANNELS, FEATURES, SQUARE, STRIP, region_crop
from operators.detection.quads import box_quad

EVIDENCE = {"detector": 0.8, "scene": 0.1, "coverage": 0.9, "share": 0.3, "size": 900.0, "alpha": 0.7}


def _picture(shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    rgb, maps = np.full((*shape, 3), 40, np.uint8), np.zeros((*shape, 4), np.uint8)
    return rgb, maps


def _turned(centre: tuple[float, float], size: tuple[float, float], angle: float) -> np.ndarray:
    quad = cv2.boxPoints((centre, size, angle)).astype(np.float32)
    first = int(np.argmin(quad.sum(1)))
    return np.roll(quad, -first, 0)


@pytest.mark.parametrize(("quad", "size"), [
    (box_quad(100, 100, 220, 180), SQUARE), (box_quad(20, 100, 320, 130), STRIP), (box_quad(100, 20, 130, 300), STRIP)],
    ids=["block", "line", "column"])
def test_lines_and_columns_become_strips(quad: np.ndarray, size: tuple[int, int]) -> None:
    """A long line squeezed into a square would leave its letters five pixels high."""
    crop = region_crop(Box(quad, 0.5, evidence=EVIDENCE), *_picture((400, 400)))
    assert crop.planes.shape == (CHANNELS, *size) and crop.planes.dtype == np.uint8
    assert crop.features.shape == (FEATURES,) and np.isfinite(crop.features).all()


@pytest.mark.parametrize("angle", [0.0, 25.0, -40.0, 80.0])
def test_box_and_picture_turn_together(angle: float) -> None:
    """A matrix that turns the other way, or is off by half a box, shows the classifier something else."""
    rgb, maps = _picture((300, 300))
    quad = _turned((150, 150), (120, 30), angle)
    cv2.fillConvexPoly(rgb, np.rint(quad).astype(np.int32), (250, 250, 250))
    crop = region_crop(Box(quad, 0.5, evidence=EVIDENCE), rgb, maps)
    bright, box = crop.planes[0] > 145, crop.planes[-1] > 127
    assert (bright & box).sum() / (bright | box).sum() > 0.9


def test_maps_lie_where_the_picture_does() -> None:
    """Planes warped by different matrices would tear coverage and picture apart."""
    rgb, maps = _picture((700, 700))
    rgb[290:410, 290:410], maps[290:410, 290:410] = 255, 255
    crop = region_crop(Box(box_quad(250, 250, 450, 450), 0.5, evidence=EVIDENCE), rgb, maps, margin=6)
    assert crop.planes.shape[1:] == (SQUARE[0] + 12, SQUARE[1] + 12)
    middle = crop.planes[:, 16:-16, 16:-16].astype(float)
    assert middle[3].min() == 0 and middle[3].max() == 255
    assert np.abs(middle[0] - 40 - middle[3] * (215 / 255)).max() < 3


def test_boxes_at_the_border_have_a_crop() -> None:
    """Captions touch the border; a slice that wraps or an empty view would lose them."""
    crop = region_crop(Box(box_quad(-10, -8, 90, 12), 0.5, evidence=EVIDENCE), *_picture((60, 80)))
    assert crop.planes[-1].any() and (crop.planes[0, :4] == 128).all()
