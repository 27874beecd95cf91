"""Whether a box of a rendered view holds overlay."""

from __future__ import annotations

import cv2
import numpy as np

OVERLAID, BARE = 0.06, 0.01  # share of a box under overlay from which it is one, and below which it is none
SEEN = 12  # alpha in 255ths above which a pixel is under overlay


def covered_pixels(alpha: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """bool (H, W) at size (W, H): the pixels under overlay of a view whose alpha is uint8 (h, w)."""
    return cv2.resize(alpha, size, interpolation=cv2.INTER_AREA) > SEEN


def share_under(quad: np.ndarray, covered: np.ndarray) -> float | None:
    """Share of a quad's pixels that are covered, 0..1; None when it has none in the picture. covered: bool (H, W)."""
    inside = np.zeros(covered.shape, np.uint8)
    cv2.fillConvexPoly(inside, np.rint((quad - 0.5) * 16).astype(np.int32), 1, shift=4)
    return float(covered[inside > 0].mean()) if inside.any() else None
