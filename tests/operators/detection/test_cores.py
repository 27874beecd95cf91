"""From probability maps to boxes."""

import cv2
import numpy as np
import pytest

from operators.detection.cores import boxes_of_map
from operators.detection.quads import sides
from operators.detection.shrink import shrink_quad

RATIO = 0.6


def _map(quads: list[np.ndarray], value: float = 0.9) -> np.ndarray:
    probability = np.zeros((200, 300), np.float32)
    for quad in quads:
        fixed = np.rint((shrink_quad(quad, RATIO) - 0.5) * 16).astype(np.int32)
        cv2.fillPoly(probability, [fixed], value, shift=4)
    return probability


@pytest.mark.parametrize("angle", [0, 12, -35])
def test_core_grows_back_to_its_line(angle: float) -> None:
    """An offset of half a pixel or a wrong unclip would cut the letters' edges off."""
    truth = cv2.boxPoints(((150, 100), (160, 30), angle)).astype(np.float32)
    (box,) = boxes_of_map(_map([truth]), 0.3, RATIO)
    assert sides(box.quad) == pytest.approx((160, 30), abs=3)
    assert box.quad.mean(0) == pytest.approx([150, 100], abs=0.8)
    assert box.confidence == pytest.approx(0.9, abs=1e-3)


def test_lines_that_touch_stay_apart() -> None:
    """Two lines of a caption without leading must not become one region."""
    lines = [cv2.boxPoints(((150, y), (200, 24), 0)).astype(np.float32) for y in (60, 84)]
    boxes = boxes_of_map(_map(lines), 0.3, RATIO)
    assert [round(float(b.quad[:, 1].mean())) for b in boxes] == [60, 84]


def test_nothing_in_an_empty_map() -> None:
    """The background component must not come out as a box."""
    assert boxes_of_map(np.zeros((64, 64), np.float32), 0.3, RATIO) == []


def test_whole_map_above_threshold_is_one_box() -> None:
    """A saturated map must not crash the contour step."""
    assert len(boxes_of_map(np.ones((64, 96), np.float32), 0.3, RATIO)) == 1
