"""What the picture would be without the overlay, roughly: pull-push (Gortler et al., 1996) with OpenCV."""

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
    height, width = known.shape
    stack = np.empty((height, width, 4), np.float32)
    stack[..., :3] = view
    stack[..., 3] = 1.0
    stack[~known] = 0.0
    coarse = cv2.resize(_fill(_half(stack)), (width, height), interpolation=cv2.INTER_LINEAR)
    cv2.copyTo(view, known.astype(np.uint8), coarse)
    return coarse


def _half(stack: np.ndarray) -> np.ndarray:
    """Half the size; where something is known, up to four times its share of weight."""
    height, width = stack.shape[:2]
    half = cv2.resize(stack, ((width + 1) // 2, (height + 1) // 2), interpolation=cv2.INTER_AREA)
    share = half[..., 3:]
    return half * (np.minimum(4.0 * share, 1.0) / np.maximum(share, 1e-6))


def _fill(stack: np.ndarray) -> np.ndarray:
    """stack: colour times weight, and weight 0..1, float32 (h, w, 4). Returns the interpolated colour (h, w, 3)."""
    height, width = stack.shape[:2]
    weight = stack[..., 3:]
    if max(height, width) <= 2 or weight.min() >= 0.999:
        total = stack.reshape(-1, 4).sum(0)
        own = stack[..., :3] / np.maximum(weight, 1e-6)
        return np.where(weight > 0, own, total[:3] / max(float(total[3]), 1e-6))
    coarse = cv2.resize(_fill(_half(stack)), (width, height), interpolation=cv2.INTER_LINEAR)
    return stack[..., :3] + (1.0 - weight) * coarse
