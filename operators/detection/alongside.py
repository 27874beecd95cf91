"""Lines are taken whole: of a caption whose middle is sure, neither the first words nor the last are left standing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from operators.detection.cores import Box
from operators.detection.lines import on_one_line

LEAST, GAP = 0.12, 2.0  # confidence of its own that another part of the line needs; widest space, of the line's height
LEAST_BESIDE, GAP_BESIDE = 0.5, 1.0  # the same of what only touches the line's band: dots, or a word one with a lattice
TALLEST = 4.0  # of the line's height
OVERLAP = 0.5  # share of the lower of both heights that lies in the band
LONG = 1.5  # width over height from which a box has a direction


def with_neighbours(boxes: list[Box], sure: float) -> list[Box]:
    """The boxes; those that stand on one line with a box of confidence `sure` or more, or with another that does, are
    as sure. Their own confidence becomes evidence `alone`."""
    taken = {i for i, box in enumerate(boxes) if box.confidence >= sure}
    open_ = {i for i, box in enumerate(boxes) if LEAST <= box.confidence < sure}
    fresh = taken
    while fresh:
        fresh = {i for i in open_ if any(_belongs(boxes[i], boxes[j]) for j in fresh)}
        open_, taken = open_ - fresh, taken | fresh
    return [replace(box, confidence=sure, evidence=box.evidence | {"alone": box.confidence})
            if i in taken and box.confidence < sure else box for i, box in enumerate(boxes)]


def _belongs(box: Box, line: Box) -> bool:
    if on_one_line(box.quad, line.quad, GAP):
        return True
    return box.confidence >= LEAST_BESIDE and beside(box.quad, line.quad)


def beside(quad: np.ndarray, line: np.ndarray) -> bool:
    """Whether a quad (4, 2) continues the band of a long one: next to it or in it, and most of its height, or of the
    band's, in common."""
    along, across = line[1] - line[0], line[3] - line[0]
    width, height = float(np.hypot(*along)), float(np.hypot(*across))
    if height > width:
        along, width, height = across, height, width
    if width < LONG * height:
        return False
    along = along / max(width, 1e-6)
    from_middle = quad - line.mean(0)
    x, y = from_middle @ along, from_middle @ np.array([-along[1], along[0]])
    gap, size = max(x.min() - width / 2, -width / 2 - x.max()), float(np.ptp(y))
    common = min(y.max(), height / 2) - max(y.min(), -height / 2)
    return bool(gap <= GAP_BESIDE * height and size <= TALLEST * height and common >= OVERLAP * min(height, size))
