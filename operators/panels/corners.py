"""How round the corners of a panel are."""

from __future__ import annotations

import numpy as np

from operators.matting.background import interpolate

RADII = (0.12, 0.2, 0.3, 0.45)  # heights of the line
LEAST_PIXELS = 6


def radius_of(view: np.ndarray, edges: tuple[float, float, float, float], blend: tuple[float, np.ndarray],
              height: float) -> float:
    """Px, 0 for right angles: so large that what it leaves out of the corners looks more like what surrounds them than
    like panel. view: float32 (h, w, 3). edges: left, top, right, bottom, px of the view. blend: opacity and colour.
    height: of the line, px."""
    left, top, right, bottom = edges
    ys, xs = np.mgrid[: view.shape[0], : view.shape[1]] + 0.5
    outside = (xs < left - 1) | (xs > right + 1) | (ys < top - 1) | (ys > bottom + 1)
    level, colour = blend
    bare = interpolate(view, outside)
    covered = (1 - level) * bare + level * colour
    gain = (np.abs(view - covered) - np.abs(view - bare)).mean(2)  # above 0: rather bare
    best, most = 0.0, 0.0
    for share in RADII:
        radius = min(share * height, (right - left) / 2, (bottom - top) / 2)
        across, along = (np.maximum(np.maximum(low + radius - at, at - high + radius), 0)
                         for low, high, at in ((top, bottom, ys), (left, right, xs)))
        cut = (np.hypot(across, along) > radius + 0.5) & ~outside & (across <= radius) & (along <= radius)
        if cut.sum() >= LEAST_PIXELS and (total := float(gain[cut].sum())) > most:
            best, most = radius, total
    return best
