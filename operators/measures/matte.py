"""Measures of a matte against the true alpha: how much of each pixel, which pixels, and what stays open between them.

Alphas are float32 (H, W), 0..1, holes bool (H, W).
"""

from __future__ import annotations

import cv2
import numpy as np

from operators.matting.stroke import stroke_width
from operators.measures.distance import distance_to_zero

SUPPORT = 0.05  # alpha from which a pixel belongs to the overlay
SEEN = 0.1  # alpha from which a pixel left outside the hole leaves a ghost
COUNTER = 6.0  # px: counters of letters at least this wide must stay open
LEAST_GROWTH = 3.0  # px of growth that thin strokes may have


def alpha_error(alpha: np.ndarray, truth: np.ndarray) -> float:
    """Mean absolute error over the true support; nan when there is none."""
    support = truth > SUPPORT
    return float(np.abs(alpha - truth)[support].mean()) if support.any() else float("nan")


def hole_coverage(hole: np.ndarray, truth: np.ndarray) -> float:
    """Share of the pixels with a true alpha above 0.1 that lie in the hole; nan when there are none."""
    seen = truth > SEEN
    return float(hole[seen].mean()) if seen.any() else float("nan")


def mean_growth(hole: np.ndarray, truth: np.ndarray) -> float:
    """How far the hole reaches beyond the pixels above 0.1, px: its area beyond them over the length of their outline.
    nan when there are none."""
    seen = (truth > SEEN).astype(np.uint8)
    if not seen.any():
        return float("nan")
    beyond = hole & (seen == 0)
    band = (distance_to_zero(1 - seen) <= 1.0) & (seen == 0)
    return float(beyond.sum() / max(int(band.sum()), 1))


def allowed_growth(truth: np.ndarray) -> float:
    """What the mean growth may be, px: 3, or half the stroke width if that is more."""
    return max(LEAST_GROWTH, 0.5 * stroke_width(truth > SEEN))


def counters(hole: np.ndarray, truth: np.ndarray) -> tuple[int, int]:
    """(how many counters at least 6 px wide the true overlay encloses, how many of them the hole leaves open: their
    innermost pixel, the farthest from the overlay, is not in it)."""
    seen = truth > SEEN
    count, label, stats, _ = cv2.connectedComponentsWithStats((~seen).astype(np.uint8), connectivity=4)
    outside = set(np.concatenate([label[0], label[-1], label[:, 0], label[:, -1]]).tolist())
    depth = distance_to_zero(~seen)
    wide = remaining = 0
    for one in range(1, count):
        if one in outside:
            continue
        x, y, w, h, _ = stats[one]
        part = np.s_[y : y + h, x : x + w]
        own = np.where(label[part] == one, depth[part], 0.0)
        if 2.0 * float(own.max()) - 1.0 >= COUNTER:
            wide += 1
            remaining += not hole[part].flat[int(own.argmax())]
    return wide, remaining
