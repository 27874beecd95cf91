"""Measures of a filling's texture against the truth: is there as much of it, of the right kind, up to the edge?

Pictures are float32 (H, W, 3), RGB 0..1, holes bool (H, W), not empty.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from operators.measures.luma import LUMA
from operators.measures.structure import RADIUS, ssim
from operators.measures.truth import border_band

UNSEEN = 0.25 / 255  # gradient that nobody sees, of full scale a px
PATCH = 7  # px, side of the patches whose distributions are compared
DIRECTIONS = 64  # random projections of a patch
MOST_PATCHES = 1024  # of a hole; of a larger one so many are drawn
EDGE = 4  # px inside the hole in which its rim is looked at


def gradient_ratio(filled: np.ndarray, truth: np.ndarray, hole: np.ndarray) -> float:
    """Mean gradient of luma inside the hole over the truth's, both with a quarter level added, so that a plain hole
    does not make much of nothing; 1 is as textured, below 1 smoother."""
    inside = cv2.erode(hole.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    inside = inside if inside.any() else hole
    found, wanted = (_steepness(x)[inside].mean() for x in (filled, truth))
    return float((found + UNSEEN) / (wanted + UNSEEN))


def sliced_wasserstein(filled: np.ndarray, truth: np.ndarray, hole: np.ndarray) -> float:
    """Sliced Wasserstein distance (Rabin, Peyre, Delon & Bernot, "Wasserstein barycenter and its application to texture
    mixing", 2011) between the PATCH x PATCH patches of luma that are centred in the hole of both pictures: the mean
    over fixed random directions of the Wasserstein-1 distance of their projections. In luma 0..1 times 255; 0 when both
    hold the same patches, wherever."""
    rows, columns = np.nonzero(hole)
    if len(rows) > MOST_PATCHES:
        chosen = np.random.default_rng(0).choice(len(rows), MOST_PATCHES, replace=False)
        rows, columns = rows[chosen], columns[chosen]
    one, other = (np.sort(_patches(x, rows, columns) @ _directions(), axis=0) for x in (filled, truth))
    return float(np.abs(one - other).mean()) * 255


def ssim_at_edge(filled: np.ndarray, truth: np.ndarray, hole: np.ndarray, width: int = EDGE) -> float:
    """Mean SSIM over the pixels of the hole within `width` px of its edge, 1 for equal pictures."""
    rows, columns = np.flatnonzero(hole.any(1)), np.flatnonzero(hole.any(0))
    reach = max(width, 2 * RADIUS) + 1  # windows of the rim's pixels, and theirs
    box = (slice(max(int(rows[0]) - reach, 0), int(rows[-1]) + 1 + reach),
           slice(max(int(columns[0]) - reach, 0), int(columns[-1]) + 1 + reach))
    return ssim(filled[box], truth[box], hole[box] & border_band(hole[box], width))


@lru_cache(maxsize=1)
def _directions() -> np.ndarray:
    """Float32 (PATCH * PATCH, DIRECTIONS), columns of unit length."""
    drawn = np.random.default_rng(0).standard_normal((PATCH * PATCH, DIRECTIONS))
    return (drawn / np.linalg.norm(drawn, axis=0)).astype(np.float32)


def _patches(rgb: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Float32 (N, PATCH * PATCH) of luma around those pixels, mirrored at the picture's edge."""
    padded = np.pad(rgb @ LUMA, PATCH // 2, mode="symmetric")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (PATCH, PATCH))
    return windows[rows, columns].reshape(len(rows), -1)


def _steepness(rgb: np.ndarray) -> np.ndarray:
    luma = rgb @ LUMA
    return np.hypot(*(cv2.Sobel(luma, cv2.CV_32F, *axis, scale=0.125) for axis in ((1, 0), (0, 1))))
