"""No-reference seam scores: would anybody notice? They look at the composite alone, never at what was under the hole.

All take the composite as float32 (h, w, 3), RGB 0..1, and the hole as bool (h, w), not empty and not everything.
"""

from __future__ import annotations

import cv2
import numpy as np

from operators.measures.luma import LUMA

BAND = 4.0  # px on either side of the hole's edge
QUANTILES = np.linspace(0.1, 0.9, 9)


def signed_distance(hole: np.ndarray) -> np.ndarray:
    """Distance to the hole's edge, px: negative inside. float32 (h, w)."""
    solid = hole.astype(np.uint8)
    return cv2.distanceTransform(1 - solid, cv2.DIST_L2, 3) - cv2.distanceTransform(solid, cv2.DIST_L2, 3)


def gradient_ratio(composite: np.ndarray, distance: np.ndarray) -> float:
    """Log ratio of the boundary-normal gradient on the hole's edge to that parallel lines have 3 to 5 px outside.
    Two-sided: 0 is as it should be, above a visible edge, below a smear."""
    luma = composite @ LUMA
    normal_x, normal_y = _gradient(cv2.GaussianBlur(distance, (0, 0), 1.0))
    dx, dy = _gradient(luma)
    along = np.abs(dx * normal_x + dy * normal_y) / np.maximum(np.hypot(normal_x, normal_y), 1e-6)
    return _log_ratio(along, np.abs(distance) <= 1.0, (distance > 3) & (distance <= 5), 0.004)


def high_frequency_ratio(composite: np.ndarray, distance: np.ndarray) -> float:
    """Log ratio of detail (luma minus its 1.5 px Gaussian) inside the hole to that in the ring."""
    luma = composite @ LUMA
    detail = np.abs(luma - cv2.GaussianBlur(luma, (0, 0), 1.5))
    return _log_ratio(detail, distance < -1, (distance > 1) & (distance <= 3 * BAND), 0.003)


def silhouette(composite: np.ndarray, alpha: np.ndarray, distance: np.ndarray) -> float:
    """Correlation of the composite's detail with the overlay's shape, 0..1: a ghost of the letters."""
    near = distance <= BAND
    luma, shape = composite @ LUMA, alpha.astype(np.float32)
    a, b = ((x - cv2.GaussianBlur(x, (0, 0), 3.0))[near] for x in (luma, shape))
    a, b = a - a.mean(), b - b.mean()
    return abs(float((a * b).sum())) / max(float(np.sqrt((a * a).sum() * (b * b).sum())), 1e-6)


def colour_drift(composite: np.ndarray, distance: np.ndarray) -> float:
    """Wasserstein-1 distance of Lab quantiles across the edge: 4 px inside against 4 px outside, in units of Lab."""
    inside, outside = (distance < 0) & (distance >= -BAND), (distance > 0) & (distance <= BAND)
    if not inside.any() or not outside.any():
        return 0.0
    here, there = (np.quantile(_lab(composite[part]), QUANTILES, axis=0) for part in (inside, outside))
    return float(np.abs(here - there).mean())


def _lab(pixels: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(np.ascontiguousarray(pixels[None], np.float32), cv2.COLOR_RGB2LAB)[0]


def seam_scores(composite: np.ndarray, alpha: np.ndarray, hole: np.ndarray) -> dict[str, float]:
    """gradient_ratio, high_frequency_ratio, silhouette, colour_drift of one hole. alpha: float (h, w), 0..1."""
    distance = signed_distance(hole)
    return {
        "gradient_ratio": gradient_ratio(composite, distance),
        "high_frequency_ratio": high_frequency_ratio(composite, distance),
        "silhouette": silhouette(composite, alpha, distance),
        "colour_drift": colour_drift(composite, distance),
    }


def _gradient(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return (cv2.Sobel(values, cv2.CV_32F, 1, 0, ksize=3, scale=0.125),
            cv2.Sobel(values, cv2.CV_32F, 0, 1, ksize=3, scale=0.125))


def _log_ratio(values: np.ndarray, here: np.ndarray, there: np.ndarray, floor: float) -> float:
    """Log of the ratio of two means; `floor` keeps flat areas from making noise of nothing."""
    if not here.any() or not there.any():
        return 0.0
    return float(np.log((values[here].mean() + floor) / (values[there].mean() + floor)))
