"""Small real pictures, and random holes in them."""

from __future__ import annotations

import numpy as np
from skimage import data


def cat(height: int = 96, width: int = 128) -> np.ndarray:
    """(height, width, 3) uint8 of a photograph that ships with scikit-image."""
    return data.chelsea()[100 : 100 + height, 100 : 100 + width].copy()


def random_hole(shape: tuple[int, int], seed: int, boxes: int = 3) -> np.ndarray:
    """Bool mask of a few random boxes, at least one pixel each, anywhere including the edges."""
    rng = np.random.default_rng(seed)
    hole = np.zeros(shape, bool)
    for _ in range(boxes):
        y, x = rng.integers(shape[0]), rng.integers(shape[1])
        hole[y : y + rng.integers(1, 20), x : x + rng.integers(1, 30)] = True
    return hole


def filled(rgb: np.ndarray, hole: np.ndarray, seed: int) -> np.ndarray:
    """rgb with noise around one colour in the hole, same dtype."""
    rng = np.random.default_rng(seed)
    peak = np.iinfo(rgb.dtype).max
    out = rgb.copy()
    noise = rng.normal(rng.uniform(0.1, 0.9, 3), 0.05, (int(hole.sum()), 3))
    out[hole] = (np.clip(noise, 0, 1) * peak).astype(rgb.dtype)
    return out
