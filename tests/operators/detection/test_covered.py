"""Boxes of what only the segmenter found."""

from __future__ import annotations

import numpy as np

from operators.detection.cores import Box
from operators.detection.covered import covered_boxes
from operators.detection.quads import box_quad


def _coverage() -> np.ndarray:
    coverage = np.zeros((120, 200), np.float32)
    coverage[20:40, 30:60] = 0.9  # a mark in two parts
    coverage[20:40, 64:90] = 0.7
    coverage[80:100, 120:180] = 0.8
    coverage[5, 5] = 1.0
    return coverage


def test_near_parts_are_one_mark_and_specks_are_none() -> None:
    """Letters of a logo as a region each, or noise as regions."""
    one, two = covered_boxes(_coverage(), [])
    assert (one.kind, one.source) == ("mark", "segmenter")
    assert np.allclose(one.quad, box_quad(30, 20, 90, 40), atol=0.6) and 0.75 < one.confidence < 0.85
    assert np.allclose(two.quad, box_quad(120, 80, 180, 100), atol=0.6) and two.area == 1200


def test_what_a_line_explains_is_left_out() -> None:
    """Every line of text found twice."""
    line = Box(box_quad(122, 82, 178, 98), 0.9)
    assert len(covered_boxes(_coverage(), [line])) == 1


def test_nothing_covered_gives_nothing() -> None:
    """An empty map must not raise."""
    assert covered_boxes(np.zeros((8, 8), np.float32), []) == []
