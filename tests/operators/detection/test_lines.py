"""Words become lines; what is not one line stays apart."""

import cv2
import numpy as np
import pytest

from operators.detection.cores import Box
from operators.detection.lines import join_lines
from operators.detection.quads import box_quad, in_reading_order


def _boxes(*corners: tuple[float, float, float, float]) -> list[Box]:
    return [Box(box_quad(*c), 0.8, 10.0) for c in corners]


def test_words_of_a_line_are_joined() -> None:
    """Detectors of words would leave the gaps between them unfilled and break the rectification."""
    joined = join_lines(_boxes((10, 10, 50, 30), (58, 11, 90, 30), (100, 9, 160, 31)))
    assert len(joined) == 1
    assert joined[0].quad[0] == pytest.approx([10, 9], abs=1) and joined[0].quad[2] == pytest.approx([160, 31], abs=1)


@pytest.mark.parametrize(
    "other", [(10, 34, 50, 54), (90, 10, 130, 30), (52, 10, 120, 70), (52, 24, 92, 44)],
    ids=["next line", "far away", "much larger", "shifted by most of the height"],
)
def test_what_is_not_on_the_line_stays_apart(other: tuple[float, float, float, float]) -> None:
    """Joining too eagerly would make holes between unrelated marks."""
    assert len(join_lines(_boxes((10, 10, 50, 30), other))) == 2


def test_turned_words_are_joined_along_their_own_direction() -> None:
    """Diagonal text must not be judged by upright gaps."""
    along = np.array([np.cos(np.deg2rad(30)), np.sin(np.deg2rad(30))])
    quads = [in_reading_order(cv2.boxPoints(((100 + d * along[0], 100 + d * along[1]), (40, 16), 30))) for d in (0, 48)]
    assert len(join_lines([Box(q, 0.7, 5.0) for q in quads])) == 1


def test_the_order_of_the_boxes_does_not_matter() -> None:
    """Union-find over an unsorted list must give the same lines."""
    boxes = _boxes((10, 10, 50, 30), (58, 11, 90, 30), (10, 60, 90, 80))
    one, two = join_lines(boxes), join_lines(boxes[::-1])
    assert [b.quad.tolist() for b in one] == [b.quad.tolist() for b in two]
