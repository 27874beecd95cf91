"""A mark that was found, as a region with its matte: what the rest of the line works on."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from operators.marks.place import Found
from operators.measures.distance import distance_to_zero
from operators.record import Matte, Region

GROWTH, FEATHER = 2.0, 1.0  # px: alpha is exact, so that the hole is little more than its support
JOIN = 17  # px: letters of one repeat lie nearer than this
LEAST_PIXELS = 8  # of a repeat that the picture's border cuts


def regions_of(found: Found, name: str, *, repeated: bool) -> list[Region]:
    """One region for a mark, or one for each repeat of a mark that covers the picture."""
    if not repeated:
        return [region_of(found, name)]
    solid = (found.alpha > 0).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(cv2.dilate(solid, np.ones((JOIN, JOIN), np.uint8)))
    regions = []
    for label in range(1, count):
        x, y, wide, high = (int(v) for v in stats[label][:4])
        own = np.s_[y : y + high, x : x + wide]
        alpha = np.where(labels[own] == label, found.alpha[own], 0)
        if (alpha > 0).sum() >= LEAST_PIXELS:
            part = replace(found, x=found.x + x, y=found.y + y, alpha=alpha, colour=found.colour[own])
            regions.append(region_of(part, name))
    return regions


def region_of(found: Found, name: str) -> Region:
    """The region of a mark: its quad is the box around alpha, its confidence the mark's."""
    matte = matte_of(found)
    ys, xs = np.nonzero(found.alpha > 0)
    x0, y0 = found.x + int(xs.min()), found.y + int(ys.min())
    x1, y1 = found.x + int(xs.max()) + 1, found.y + int(ys.max()) + 1
    quad = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float32)
    level = float(np.median(found.alpha[found.alpha > 0.5 * found.alpha.max()]))
    features = {"alpha": level, "texture": 0.0, "exact": float(found.exact)}
    return Region(quad, found.confidence, kind="mark", source="marks", reason=f"known mark {name}", features=features,
                  scores=dict(found.scores), matte=matte)


def matte_of(found: Found) -> Matte:
    """blend is 1 up to GROWTH - FEATHER px from the mark and half of that to GROWTH; the frame of `found` has that
    much context, or ends with the picture. Alpha must be positive somewhere."""
    alpha = found.alpha
    far = distance_to_zero(alpha <= 0)
    blend = np.where(far <= GROWTH - FEATHER, 1.0, np.where(far <= GROWTH, 0.5, 0.0))
    rows, columns = np.flatnonzero((blend > 0).any(1)), np.flatnonzero((blend > 0).any(0))
    own = np.s_[int(rows[0]) : int(rows[-1]) + 1, int(columns[0]) : int(columns[-1]) + 1]
    return Matte(
        x=found.x + int(columns[0]), y=found.y + int(rows[0]),
        alpha=alpha[own].astype(np.float16), hole=(blend > 0)[own].copy(), blend=blend[own].astype(np.float16),
        colour=found.colour[own].astype(np.float16), stroke=_stroke(alpha > 0.05), growth=GROWTH, feather=FEATHER,
        candidate="known mark", agreement=found.confidence,
    )


def _stroke(solid: np.ndarray) -> float:
    """Median width of what is solid, px."""
    if not solid.any():
        return 0.0
    depth = distance_to_zero(cv2.copyMakeBorder(solid.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0))
    ridge = (depth > 0) & (depth >= cv2.dilate(depth, np.ones((3, 3), np.uint8)))
    return 2 * float(np.median(depth[ridge]))
