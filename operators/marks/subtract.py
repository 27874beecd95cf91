"""Exact subtraction of a known mark: invert the blend, and weigh the result against its noise."""

from __future__ import annotations

import cv2
import numpy as np

LEAST_CLEAR = 0.2  # below this share of background, inversion amplifies noise more than fivefold
NOISE = 0.026  # of compression next to strong edges and of the mark's alpha together, 0..1
SIGMA = 1.8  # px, of the neighbourhood that a noisy pixel is weighed against
OUTSIDE = 0.15  # by how much a result may leave 0..1 before the pixel counts as lost


def subtract(view: np.ndarray, alpha: np.ndarray, colour: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Invert I = (1 - alpha) B + alpha T, where alpha is known.

    view: float32 (h, w, 3), 0..1. alpha: float32 (h, w). colour: float32 (h, w, 3) or (3,), T, straight.
    Returns (B, lost): float32 (h, w, 3) in 0..1, equal to `view` where alpha is 0, and bool (h, w) where too little
    background is left or the result is far outside 0..1: fill these. Inversion multiplies the noise of compression by
    1 / (1 - alpha); what it adds is taken back by a local Wiener filter (Lee, 1980): each pixel moves towards the mean
    around it by the share of the variance that is noise.
    """
    clear = (1.0 - alpha).astype(np.float32)
    raw = (view - alpha[..., None] * colour) / np.maximum(clear, LEAST_CLEAR)[..., None]
    covered = alpha > 0
    outside = ((raw < -OUTSIDE) | (raw > 1 + OUTSIDE)).any(-1)
    lost = covered & (outside | (clear < LEAST_CLEAR))
    back = _quietened(np.clip(raw, 0, 1).astype(np.float32), clear, lost)
    return np.where(covered[..., None], back, view).astype(np.float32), lost


def _quietened(back: np.ndarray, clear: np.ndarray, lost: np.ndarray) -> np.ndarray:
    weight = np.where(lost, 1e-4, np.maximum(clear, 0.05) ** 2).astype(np.float32)
    total = _around(weight)
    mean = _around(back * weight[..., None]) / total[..., None]
    spread = _around(weight[..., None] * (back - mean) ** 2).mean(2) / total
    noise = (NOISE / np.maximum(clear, LEAST_CLEAR)) ** 2 - NOISE**2
    detail = np.maximum(spread - _around(weight * noise) / total, 0.0)
    kept = detail / (detail + noise + 1e-9)
    return np.clip(mean + kept[..., None] * (back - mean), 0, 1)


def _around(values: np.ndarray) -> np.ndarray:
    return np.asarray(cv2.GaussianBlur(values, (0, 0), SIGMA))
