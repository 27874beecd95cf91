"""Stroke width."""

from __future__ import annotations

import numpy as np

from operators.measures.distance import distance_to_zero


def stroke_width(mask: np.ndarray) -> float:
    """Mean width of the strokes of a bool (h, w) mask, px: four times the mean distance to the edge, which is exact
    for bands of one width. 0 for an empty mask."""
    if not mask.any():
        return 0.0
    padded = np.pad(mask, 1).astype(np.uint8)
    distance = distance_to_zero(padded)
    return float(max(4.0 * (float(distance[padded > 0].mean()) - 0.5), 1.0))
