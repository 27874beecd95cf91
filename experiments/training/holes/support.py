"""Where a hole's core lies: shapes that overlays have, and masks as a poor matte has them."""

from __future__ import annotations

import cv2
import numpy as np

BOX = (32, 96)  # px, sides of boxes


def box(size: int, rng: np.random.Generator, sides: tuple[float, float] | None = None) -> np.ndarray:
    """Bool (size, size): a rectangle, its sides BOX px, or those shares of the size."""
    low, high = BOX if sides is None else (round(share * size) for share in sides)
    height, width = (int(rng.integers(min(low, size), min(high, size) + 1)) for _ in range(2))
    y, x = int(rng.integers(size - height + 1)), int(rng.integers(size - width + 1))
    drawn = np.zeros((size, size), bool)
    drawn[y : y + height, x : x + width] = True
    return drawn


def strokes(size: int, rng: np.random.Generator) -> np.ndarray:
    """Bool (size, size): a few bent lines, 2 to 14 px wide."""
    drawn = np.zeros((size, size), np.uint8)
    for _ in range(int(rng.integers(2, 9))):
        legs = rng.normal(0, size / 6, (int(rng.integers(2, 7)), 2))
        points = np.cumsum(np.vstack([rng.uniform(0, size, (1, 2)), legs]), 0)
        width = int(np.exp(rng.uniform(np.log(2), np.log(14))))
        cv2.polylines(drawn, [np.rint(points).astype(np.int32)], bool(rng.random() < 0.2), 1, width)
    return drawn > 0


def blob(size: int, rng: np.random.Generator) -> np.ndarray:
    """Bool (size, size): where smoothed noise is highest."""
    noise = rng.normal(0, 1, (size, size)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), size * float(rng.uniform(0.04, 0.12)))
    return smooth > np.quantile(smooth, 1 - float(rng.uniform(0.05, 0.35)))


def misplaced(overlay: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The overlay's mask, bool (S, S), moved by up to 4 px, grown or eroded by 1 or 2, a part of it missing now and
    then: what a predicted matte does to it."""
    moved = np.roll(overlay, tuple(rng.integers(-4, 5, 2)), (0, 1)).astype(np.uint8)
    side = int(rng.choice([3, 5]))
    change = cv2.dilate if rng.random() < 0.6 else cv2.erode
    mask = change(moved, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))) > 0
    return mask & ~blob(len(mask), rng) if rng.random() < 0.3 else mask
