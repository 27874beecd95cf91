"""A picture folded onto one cell of a lattice: what its repeats agree on, and the box around it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from operators.marks.repetition import BOUND

MARGIN = 8  # px around the mark
LEAST_AGREED = 0.012  # mean bounded gradient of a pixel on the mark's edge
NEEDED = 2.6  # over the root of the number of repeats: agreement that chance does not reach
NOISE = 0.004  # gradients of quiet pixels, which agree by chance
STRIP = 256  # rows at a time
LEAST_PIXELS = 40
MOST_SHARE = 0.6  # of a cell that may agree: more is the picture's own pattern


@dataclass(frozen=True)
class Cell:
    """One repeat. corner: (x, y) px, float64, of the top left of the mark's box at one point of the lattice. height,
    width: of the box, px. own: bool (height, width), the pixels that belong to this repeat and to no other."""

    corner: np.ndarray
    height: int
    width: int
    own: np.ndarray


def fold(rgb8: np.ndarray, steps: np.ndarray) -> Cell | None:
    """The box of what repeats; None when the repeats agree on too little or on almost everything.

    rgb8: uint8 (H, W, 3). steps: float64 (2, 2), two steps (x, y) px.
    """
    sizes = np.maximum(np.rint(np.hypot(*steps.T)).astype(int), 8)
    strong = _agreed(rgb8, steps, sizes)
    if strong.sum() < LEAST_PIXELS or strong.mean() > MOST_SHARE:
        return None
    start = np.array([_gap(strong, axis) for axis in (1, 0)])  # along the first step: columns
    rolled = np.roll(strong, -start[::-1], (0, 1))
    rows, columns = np.nonzero(rolled)
    shares = (np.column_stack([columns, rows]) + start + 0.5) / sizes
    at = shares @ steps
    low, high = np.floor(at.min(0)) - MARGIN, np.ceil(at.max(0)) + MARGIN
    width, height = (int(v) for v in high - low + 1)
    return Cell(low, height, width, _own(low, height, width, steps, start / sizes))


def _agreed(rgb8: np.ndarray, steps: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Bool (sizes[1], sizes[0]): bins of the cell, along both steps, on whose gradients the repeats agree."""
    sums = np.zeros((4, int(sizes.prod())))  # of gx, gy, their squares, pixels
    for top in range(0, rgb8.shape[0] - 1, STRIP):
        sums += _sums(rgb8, top, steps, sizes)
    number = np.maximum(sums[3], 1)
    length = np.hypot(sums[0], sums[1])
    repeats = max(rgb8[..., 0].size / abs(float(np.linalg.det(steps))), 1.0)
    agreed = length / np.sqrt(number * (sums[2] + number * NOISE**2))
    strong = (agreed > np.clip(NEEDED / np.sqrt(repeats), 0.25, 0.9)) & (length / number > LEAST_AGREED)
    strong = strong.reshape(sizes[1], sizes[0])
    padded = np.pad(strong.astype(np.float32), 4, mode="wrap")
    dense = cv2.boxFilter(padded, -1, (9, 9))[4:-4, 4:-4] > 0.12
    return strong & dense


def _sums(rgb8: np.ndarray, top: int, steps: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Float64 (4, bins) of a strip of the picture, so that memory does not grow with the picture."""
    first, last = max(top - 3, 0), min(top + STRIP + 4, rgb8.shape[0])
    grey = cv2.GaussianBlur(rgb8[first:last].astype(np.float32).mean(2) / 255, (0, 0), 0.7)
    rows = min(STRIP, rgb8.shape[0] - 1 - top)
    part = grey[top - first : top - first + rows + 1]
    gx, gy = (np.clip(np.diff(part, axis=axis)[:rows, : part.shape[1] - 1], -BOUND, BOUND).ravel() for axis in (1, 0))
    ys, xs = np.mgrid[top : top + rows, : part.shape[1] - 1].astype(np.float64)
    shares = np.linalg.solve(steps.T, np.stack([xs.ravel() + 0.5, ys.ravel() + 0.5]))
    bins = [np.minimum(((s % 1) * n).astype(int), n - 1) for s, n in zip(shares, sizes, strict=True)]
    index, count = bins[1] * sizes[0] + bins[0], int(sizes.prod())
    return np.stack([np.bincount(index, w, count) for w in (gx, gy, gx**2 + gy**2, np.ones_like(gx))])


def _gap(strong: np.ndarray, axis: int) -> int:
    """Where to cut the ring of bins along an axis: in the middle of the widest gap. axis: of the bins, 0 or 1."""
    used = np.asarray(strong.any(1 - axis))
    size = len(used)
    doubled = np.flatnonzero(np.concatenate([used, used]))
    gaps = np.diff(doubled)
    widest = int(gaps.argmax())
    return int(doubled[widest] + max(gaps[widest] // 2, 1)) % size


def _own(corner: np.ndarray, height: int, width: int, steps: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Bool (height, width): the box's pixels within one cell that begins at `start`, shares of both steps."""
    ys, xs = np.mgrid[:height, :width]
    shares = np.linalg.solve(steps.T, np.stack([xs.ravel() + corner[0], ys.ravel() + corner[1]])) - start[:, None]
    return ((shares >= 0) & (shares < 1)).all(0).reshape(height, width)
