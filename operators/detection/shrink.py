"""Text cores: quads shrunk so that neighbouring lines stay apart, and the way back (DB: Liao et al., AAAI 2020).

A polygon of area A and perimeter L is moved inwards by d = A * (1 - ratio^2) / L (Vatti offset).
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

CORE_RATIO = 0.6  # of the cores that the embedded detector predicts


def shrink_distance(quad: np.ndarray, ratio: float) -> float:
    """Distance d in px by which a (4, 2) quad moves inwards."""
    x, y = quad[:, 0].astype(np.float64), quad[:, 1].astype(np.float64)
    area = abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2
    length = float(np.hypot(x - np.roll(x, -1), y - np.roll(y, -1)).sum())
    return area * (1 - ratio**2) / max(length, 1e-6)


def shrink_quad(quad: np.ndarray, ratio: float) -> np.ndarray:
    """The core of a convex (4, 2) quad: every edge moved inwards by `shrink_distance`. Float32 (4, 2)."""
    return offset_quad(quad, -shrink_distance(quad, ratio))


def offset_quad(quad: np.ndarray, distance: float) -> np.ndarray:
    """A convex quad, clockwise on the screen, with every edge moved outwards by `distance` px. Float32 (4, 2)."""
    points = quad.astype(np.float64)
    edges = np.roll(points, -1, 0) - points
    lengths = np.maximum(np.hypot(edges[:, 0], edges[:, 1]), 1e-9)
    normals = np.column_stack([edges[:, 1], -edges[:, 0]]) / lengths[:, None]
    levels = (normals * points).sum(1) + distance
    corners = np.empty((4, 2))
    for i in range(4):
        pair, level = normals[[i - 1, i]], levels[[i - 1, i]]
        parallel = abs(float(np.linalg.det(pair))) < 1e-6
        corners[i] = points[i] + normals[i] * distance if parallel else np.linalg.solve(pair, level)
    return corners.astype(np.float32)


def growth_of_core(width: float, height: float, ratio: float) -> float:
    """The distance that takes the core rectangle back to the rectangle it was shrunk from (inverts `shrink_quad`).

    With w = w' + 2d and h = h' + 2d, 2d(w + h) = c * w * h for c = 1 - ratio^2, which is a quadratic in d.
    """
    c, total = 1 - ratio**2, width + height
    a, b, rest = 8 - 4 * c, 2 * total * (1 - c), -c * width * height
    return float((-b + np.sqrt(b * b - 4 * a * rest)) / (2 * a))


def drawn_cores(quads: Sequence[np.ndarray], shape: tuple[int, int]) -> np.ndarray:
    """Float32 (h, w): 1 in the cores of the (4, 2) quads, 0 elsewhere: what a detector that is sure would say."""
    canvas = np.zeros(shape, np.float32)
    for quad in quads:
        core = shrink_quad(np.asarray(quad, np.float32), CORE_RATIO)
        cv2.fillConvexPoly(canvas, np.rint((core - 0.5) * 16).astype(np.int32), 1.0, shift=4)
    return canvas
