"""Between CMYK separations and RGB, device-independent profiles aside (Pillow's plain conversion)."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import distance_transform_edt


def to_rgb(cmyk: np.ndarray) -> np.ndarray:
    """(..., 4) uint8 ink, 255 = full → (..., 3) uint8 RGB: (255 - ink) * (255 - K) / 255."""
    paper = 255 - cmyk.astype(np.uint32)
    return ((paper[..., :3] * paper[..., 3:] + 127) // 255).astype(np.uint8)


def separate(rgb: np.ndarray, cmyk: np.ndarray, changed: np.ndarray) -> np.ndarray:
    """`cmyk` (H, W, 4) uint8 with the changed pixels (H, W) separated anew from rgb (H, W, 3) uint8.

    Black is taken from the nearest unchanged pixel, so that an ink profile sees the mix of the surroundings,
    and lowered where the colour is too bright for it.
    """
    out = cmyk.copy()
    values = rgb[changed].astype(np.int32)
    black = _nearest_black(cmyk[..., 3], changed)[changed].astype(np.int32)
    black = np.minimum(black, 255 - values.max(axis=1))
    paper = np.maximum(255 - black, 1)[:, None]
    ink = 255 - np.clip((values * 255 + paper // 2) // paper, 0, 255)
    out[changed] = np.concatenate([ink, black[:, None]], axis=1).astype(np.uint8)
    return out


def _nearest_black(black: np.ndarray, changed: np.ndarray) -> np.ndarray:
    if changed.all():
        return np.full_like(black, 255)
    rows, columns = distance_transform_edt(changed, return_distances=False, return_indices=True)
    return black[rows, columns]
