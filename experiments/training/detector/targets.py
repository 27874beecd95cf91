"""Training targets of the detector: text cores and the pixels that count."""

from __future__ import annotations

import cv2
import numpy as np

from operators.detection.shrink import shrink_quad

SHRINK_RATIO = 0.6
SMALLEST = 4.0  # px: lines lower than this are neither text nor background
_SHIFT = 4


def core_target(quads: np.ndarray, height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """quads (N, 4, 2) px → core and weight, both uint8 (H, W), 0 or 1. A picture without text keeps weight 1
    everywhere, so that its false positives are punished."""
    core, weight = np.zeros((height, width), np.uint8), np.ones((height, width), np.uint8)
    for quad in quads:
        sides = np.hypot(*(np.roll(quad, -1, 0) - quad).T)
        if min(sides[0] + sides[2], sides[1] + sides[3]) / 2 < SMALLEST:
            _fill(weight, quad, 0)
    for quad in quads:
        sides = np.hypot(*(np.roll(quad, -1, 0) - quad).T)
        if min(sides[0] + sides[2], sides[1] + sides[3]) / 2 >= SMALLEST:
            _fill(core, shrink_quad(quad, SHRINK_RATIO), 1)
    return core, np.maximum(weight, core)


def _fill(canvas: np.ndarray, quad: np.ndarray, value: int) -> None:
    fixed = np.rint((quad - 0.5) * (1 << _SHIFT)).astype(np.int32)
    cv2.fillPoly(canvas, [fixed], value, shift=_SHIFT)
