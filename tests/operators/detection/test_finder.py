"""Detector and segmenter together: the second look of the segmenter, in the mirror."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from operators.detection.agreement import NAMES, Agreement
from operators.detection.finder import Finder
from operators.detection.letterbox import letterbox
from operators.matting.network import Layer
from operators.options import DetectOptions

EVEN = Agreement((0.0,) * len(NAMES), (0.0,) * len(NAMES))


class _Blind:
    """A detector that sees nothing."""

    shrink_ratio = 0.4

    def maps(self, boxed: Any) -> np.ndarray:
        return np.zeros((2, boxed.height, boxed.width), np.float32)


class _Segmenter:
    """Covers what `rule` says of a float32 (h, w, 3) view."""

    def __init__(self, rule: Callable[[np.ndarray], np.ndarray]) -> None:
        self.rule, self.looks = rule, 0

    def look(self, rgb: np.ndarray, probability: np.ndarray) -> Layer:
        self.looks += 1
        coverage = self.rule(rgb).astype(np.float32)
        return Layer(coverage, coverage, np.ascontiguousarray(rgb))


def _seen(rule: Callable[[np.ndarray], np.ndarray], mirrored: bool = True) -> tuple[list[Any], Any, int]:
    picture = np.full((256, 512, 3), 40, np.uint8)
    picture[100:140, 60:200] = 250
    segmenter: Any = _Segmenter(rule)
    detector: Any = _Blind()
    options = DetectOptions(mirrored=mirrored)
    finder = Finder(detector, segmenter, EVEN)
    sight = finder.sight(letterbox(picture, 512), options)
    return finder.evident(sight, options), sight, segmenter.looks


def test_what_both_looks_see_lies_where_it_is() -> None:
    """A second look that is not turned back would cover the mark's mirror image instead."""
    boxes, sight, looks = _seen(lambda rgb: rgb[..., 0] > 0.5)
    assert looks == 2 and len(boxes) == 1
    assert boxes[0].quad.min(0).tolist() == [60, 100] and boxes[0].quad.max(0).tolist() == [200, 140]


def test_what_only_one_look_sees_counts_half() -> None:
    """Texture that resembles strokes from one side only must not be as sure as a mark."""
    boxes, sight, _ = _seen(lambda rgb: np.indices(rgb.shape[:2])[1] < 100)
    assert not boxes and sight.coverage[:, :100].max() == 0.5
    assert sight.coverage[:, 150:350].max() == 0


def test_one_look_is_enough_if_asked() -> None:
    """The switch for those who want the time back."""
    boxes, sight, looks = _seen(lambda rgb: np.indices(rgb.shape[:2])[1] < 100, mirrored=False)
    assert looks == 1 and len(boxes) == 1 and sight.coverage.max() == 1
