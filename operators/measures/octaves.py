"""Detail octave by octave: how strong it is in a hole, and how strong beside it."""

from __future__ import annotations

import cv2
import numpy as np

from operators.measures.depth import depth_of
from operators.measures.smoothing import blurred, smoothed

SIGMAS = (0.7, 1.4, 2.8, 5.6)  # px, of the Gaussians whose differences are the octaves
RING = 12.0  # px around the hole whose detail counts
LOCAL = 12.0  # px, sigma over which strengths are alike
OUTLIER = 3.0  # times the median: above it there are edges
FLOOR = 4e-4


def octaves(rgb: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    """Differences of Gaussians, float32 (H, W, 3), fine to coarse, and what is coarser than all. They add up to rgb."""
    levels = [rgb, *(np.asarray(cv2.GaussianBlur(rgb, (0, 0), sigma)) for sigma in SIGMAS)]
    return [fine - coarse for fine, coarse in zip(levels, levels[1:], strict=False)], levels[-1]


def strengths(hole: np.ndarray, bands: list[np.ndarray]) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Per octave, float32 (H, W, 3): the mean absolute detail of the ring near every pixel, and that of the hole. Both
    empty without a ring. hole: bool (H, W), not empty."""
    depth = depth_of(hole)
    margin = min(1.0, float(depth.max()) - 0.5)  # the octaves of the rim see both sides
    ring, core = ((depth < -1) & (depth >= -RING)), depth >= margin
    if not ring.any():
        return [], []
    wanted, found = ([_mean(np.abs(band), part) for band in bands] for part in (ring, core))
    return wanted, found


def _mean(strength: np.ndarray, part: np.ndarray) -> np.ndarray:
    most = OUTLIER * np.median(strength[part], axis=0) + FLOOR
    bounded = np.minimum(strength, most).astype(np.float32)
    whole = bounded[part].mean(0)
    weight = part.astype(np.float32)
    near = smoothed(bounded, weight, LOCAL)
    trust = blurred(weight, LOCAL)[..., None]
    return (trust * near + 0.05 * whole) / (trust + 0.05) + FLOOR
