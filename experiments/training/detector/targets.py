"""Training targets of the detector: text cores and the pixels that count."""

from __future__ import annotations

import cv2
import numpy as np

from operators.detection.quads import sides
from operators.detection.shrink import shrink_quad

SHRINK_RATIO = 0.6
SMALLEST = 4.0  # px: lines lower than this are neither text nor background
UNIT = 16
_USUAL_CORE = 600.0  # px
_SHIFT = 4


def core_target(quads: np.ndarray, height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """quads (N, 4, 2) px → core, uint8 (H, W), 0 or 1, and weight, uint8 (H, W) in units of 1 / UNIT.

    Background weighs 1, what is too small to read 0. A core weighs more the smaller it is, so that a time stamp counts
    beside a headline. A picture without text keeps weight 1 everywhere: its false positives are punished.
    """
    core, weight = np.zeros((height, width), np.uint8), np.full((height, width), UNIT, np.uint8)
    legible = [quad for quad in quads if min(sides(quad)) >= SMALLEST]
    for quad in quads:
        if min(sides(quad)) < SMALLEST:
            _fill(weight, quad, 0)
    for quad in legible:
        inner = shrink_quad(quad, SHRINK_RATIO)
        area = max(float(cv2.contourArea(inner)), 1.0)
        _fill(core, inner, 1)
        _fill(weight, inner, int(np.clip(UNIT * np.sqrt(_USUAL_CORE / area), UNIT / 4, UNIT * 4)))
    return core, weight


def _fill(canvas: np.ndarray, quad: np.ndarray, value: int) -> None:
    fixed = np.rint((quad - 0.5) * (1 << _SHIFT)).astype(np.int32)
    cv2.fillPoly(canvas, [fixed], value, shift=_SHIFT)
