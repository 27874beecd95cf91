"""Counters of letters stay open: the hole grows less into what the overlay encloses, if that is wide enough to keep."""

from __future__ import annotations

import cv2
import numpy as np

SPARE = 0.6  # px of a counter's depth that the hole leaves
LEAST_SIDE = 3  # px: smaller enclosures have no pixel to keep
SLACK = 0.1  # px by which the growth stays above the feather, at the least


def spare_counters(distance: np.ndarray, growth: float, feather: float) -> np.ndarray:
    """Distances stretched inside counters, so that `growth` and the feather before it end short of their middle.

    distance: float32 (h, w), px to the overlay, 0 on it. Counters too narrow for a hole that exceeds its feather keep
    their distances, and close. Returns float32 (h, w).
    """
    bare = (distance > 0).astype(np.uint8)
    count, label, stats, _ = cv2.connectedComponentsWithStats(bare, connectivity=4)
    outside = np.zeros(count, bool)
    for edge in (label[0], label[-1], label[:, 0], label[:, -1]):
        outside[edge] = True
    out = distance
    for one in np.flatnonzero(~outside):
        x, y, width, height, _ = stats[one]
        if one == 0 or min(width, height) < LEAST_SIDE:
            continue
        part = np.s_[y : y + height, x : x + width]
        own = label[part] == one
        local = float(distance[part][own].max()) - SPARE
        if feather + SLACK <= local < growth:
            out = out.copy() if out is distance else out
            out[part][own] *= growth / local
    return out
