"""Counters of letters stay open: the hole grows less into what the overlay encloses, if that is wide enough to keep."""

from __future__ import annotations

import numpy as np

from operators.refine.enclosed import enclosed

SPARE = 0.6  # px of a counter's depth that the hole leaves
LEAST_SIDE = 3  # px: smaller enclosures have no pixel to keep
SLACK = 0.1  # px by which the growth stays above the feather, at the least


def spare_counters(distance: np.ndarray, growth: float, feather: float) -> np.ndarray:
    """Distances stretched inside counters, so that `growth` and the feather before it end short of their middle.

    distance: float32 (h, w), px to the overlay, 0 on it. Counters too narrow for a hole that exceeds its feather keep
    their distances, and close. Returns float32 (h, w).
    """
    _, parts = enclosed(distance > 0)
    out = distance
    for window, own in parts:
        if min(own.shape) < LEAST_SIDE:
            continue
        local = float(distance[window][own].max()) - SPARE
        if feather + SLACK <= local < growth:
            out = out.copy() if out is distance else out
            out[window][own] *= growth / local
    return out
