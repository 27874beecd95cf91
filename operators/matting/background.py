"""What the picture would be without the overlay, roughly: pull-push interpolation (Gortler et al., 1996) with OpenCV."""

from __future__ import annotations

import cv2
import numpy as np


def interpolate(view: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Smooth guess of the pixels that are not known.

    view: float32 (h, w, 3). known: bool (h, w). Returns float32 (h, w, 3), equal to `view` where known; the mean grey
    0.5 when nothing is known.
    """
    if not known.any():
        return np.full_like(view, 0.5)
    weight = known.astype(np.float32)
    stack = np.empty((*known.shape, 4), np.float32)
    stack[..., :3] = view
    stack[..., 3] = 1.0
    stack *= weight[..., None]
    mean = _fill(stack)
    return np.where(known[..., None], view, mean)


def _fill(stack: np.ndarray) -> np.ndarray:
    """stack: premultiplied colour and weight 0..1, (h, w, 4). Returns the interpolated colour (h, w, 3)."""
    height, width = stack.shape[:2]
    weight = stack[..., 3:]
    own = stack[..., :3] / np.maximum(weight, 1e-6)
    if max(height, width) <= 2 or weight.min() >= 0.999:
        total = stack.reshape(-1, 4).sum(0)
        return np.where(weight > 0, own, total[:3] / max(float(total[3]), 1e-6))
    half = cv2.resize(stack, ((width + 1) // 2, (height + 1) // 2), interpolation=cv2.INTER_AREA)
    share = half[..., 3:]
    half = half * (np.minimum(4.0 * share, 1.0) / np.maximum(share, 1e-6))
    coarse = cv2.resize(_fill(half), (width, height), interpolation=cv2.INTER_LINEAR)
    return weight * own + (1.0 - weight) * coarse
