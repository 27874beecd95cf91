"""Stroke width."""

from __future__ import annotations

import cv2
import numpy as np


def stroke_width(mask: np.ndarray) -> float:
    """Mean width of the strokes of a bool (h, w) mask, px: four times the mean distance to the edge, which is exact
    for bands of one width. 0 for an empty mask."""
    if not mask.any():
        return 0.0
    padded = np.pad(mask, 1).astype(np.uint8)
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return float(max(4.0 * (float(distance[padded > 0].mean()) - 0.5), 1.0))
