"""Which pixels a mark covers: the agreed gradients at full resolution, put together to a picture of it.

The mean of bounded gradients where the pictures agree, 0 elsewhere, integrated by Poisson's equation: the initial
estimate of Dekel et al. (CVPR 2017).
"""

from __future__ import annotations

import cv2
import numpy as np
from scipy.fft import dctn, idctn

from operators.marks.consensus import two_planes

BOUND = 0.06  # gradient above which a pixel's vote counts no more
NOISE = 0.004  # gradients of quiet pixels, which agree by chance
VISIBLE = 0.045  # mean change of a pixel from which it is covered
REACH = 25  # px around agreed edges that may be covered


def covered(pieces: np.ndarray) -> np.ndarray:
    """bool (h, w): the pixels that are changed in most of the pieces. pieces: float32 (n, h, w, 3), 0..1."""
    edges, height = relief(pieces)
    near = cv2.dilate(edges.astype(np.uint8), np.ones((REACH, REACH), np.uint8)) > 0
    rim = cv2.dilate(edges.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return near & (rim | (np.abs(height).max(2) > VISIBLE))


def relief(pieces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(edges, height): bool (h, w) and float32 (h, w, 3), the mean change by the mark; 0 away from it."""
    (mx, tx), (my, ty) = (_agreed(pieces, axis) for axis in (2, 1))
    root = float(np.sqrt(len(pieces)))
    limit = 2.3 * min(root / 3, 1.0) + 0.12 * max(root - 3, 0.0)
    edges = np.maximum(tx, ty) > limit
    edges &= cv2.boxFilter(edges.astype(np.float32), -1, (9, 9), borderType=cv2.BORDER_CONSTANT) > 0.12
    height = integrate(mx * edges[..., None], my * edges[..., None])
    away = cv2.dilate(edges.astype(np.uint8), np.ones((15, 15), np.uint8)) == 0
    level = np.median(height[away], 0) if away.any() else np.median(height, (0, 1))
    return edges, (height - level).astype(np.float32)


def _agreed(pieces: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """(median gradient, agreement): float32 (h, w, 3) and (h, w); agreement is the sum of bounded gradients over the
    root of the sum of their squares, at most sqrt(n); of grey or of red less blue, whichever agrees more."""
    total = np.zeros((*pieces.shape[1:3], 2), np.float32)
    energy = np.full(total.shape, len(pieces) * NOISE**2, np.float32)
    middle = np.zeros(pieces.shape[1:], np.float32)
    inner = (slice(None), slice(None, -1)) if axis == 2 else (slice(None, -1), slice(None))
    gradients = np.diff(pieces, axis=axis)
    middle[inner] = np.median(gradients, 0)
    bounded = np.clip(two_planes(gradients), -BOUND, BOUND)
    total[inner] = bounded.sum(0)
    energy[inner] += (bounded**2).sum(0)
    return middle, np.abs(total / np.sqrt(energy)).max(2)


def integrate(gx: np.ndarray, gy: np.ndarray) -> np.ndarray:
    """float32 (h, w, C) of zero mean whose differences to the right and lower pixel come nearest to gx and gy; free
    (Neumann) at the border, so Poisson's equation is solved by a cosine transform."""
    height, width = gx.shape[:2]
    source = np.zeros_like(gx)
    source[:, :-1] += gx[:, :-1]
    source[:, 1:] -= gx[:, :-1]
    source[:-1] += gy[:-1]
    source[1:] -= gy[:-1]
    down = 2 * np.cos(np.pi * np.arange(height) / height) - 2
    across = 2 * np.cos(np.pi * np.arange(width) / width) - 2
    factor = down[:, None] + across[None]
    factor[0, 0] = 1
    spectrum = dctn(source, axes=(0, 1), norm="ortho") / factor[..., None]
    spectrum[0, 0] = 0
    return np.asarray(idctn(spectrum, axes=(0, 1), norm="ortho"), np.float32)
