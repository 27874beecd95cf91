"""Un-blending: what a translucent overlay lets through is computed back, not invented."""

from __future__ import annotations

import cv2
import numpy as np

from operators.measures.smoothing import detail

SOLID = 0.95  # share of the mark's opacity from which a pixel lies inside a stroke
LEAST_CLEAR = 0.2  # below this share of background, inversion amplifies noise more than fivefold
TOLERANCE = 0.03  # by how much a result may leave 0..1 before the pixel counts as saturated


def unblend(view: np.ndarray, alpha: np.ndarray, colour: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Invert I = (1 - alpha) B + alpha T.

    view: float32 (h, w, 3), 0..1. alpha: float32 (h, w). colour: float32 (h, w, 3) or (3,), T.
    Returns (B, lost): float32 (h, w, 3) in 0..1, and bool (h, w) where the inversion cannot be trusted: too little
    background left, a saturated pixel, or a result outside the gamut.
    """
    clear = 1.0 - alpha[..., None]
    back = (view - alpha[..., None] * colour) / np.maximum(clear, LEAST_CLEAR)
    covered = alpha > 0
    outside = ((back < -TOLERANCE) | (back > 1 + TOLERANCE)).any(-1)
    lost = covered & (outside | (alpha > 1 - LEAST_CLEAR))
    return np.where(covered[..., None], np.clip(back, 0, 1), view).astype(np.float32), lost


def rims(alpha: np.ndarray) -> np.ndarray:
    """Pixels at the edges of strokes, where a small error of alpha leaves an outline: better filled than inverted.

    alpha: float32 (h, w). Returns bool (h, w): partly covered pixels and those next to a covered one.
    """
    covered = alpha > 0
    usual = float(np.median(alpha[covered])) if covered.any() else 0.0
    near = cv2.dilate(covered.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return near & (alpha < SOLID * usual)


def ghost(result: np.ndarray, alpha: np.ndarray, sigma: float = 3.0) -> float:
    """Correlation of the result's detail with the overlay's, 0..1: how much of its silhouette is left.

    result: float32 (h, w, 3). alpha: float32 (h, w). Both high-passed by a Gaussian of `sigma` px, compared near the
    overlay; the largest of the three channels' absolute correlations.
    """
    near = cv2.dilate((alpha > 0).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    if near.sum() < 16:
        return 0.0
    mark = detail(alpha[..., None], sigma)[near][:, 0]
    return max(_correlation(detail(result, sigma)[near][:, c], mark) for c in range(result.shape[2]))


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    a, b = a - a.mean(), b - b.mean()
    return abs(float((a * b).sum())) / max(float(np.sqrt((a * a).sum() * (b * b).sum())), 1e-9)
