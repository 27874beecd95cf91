"""The view around one region, with everything the candidates and their scores look at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from operators.matting.background import interpolate


@dataclass
class Frame:
    """view: float32 (h, w, 3), RGB 0..1. quad: float32 (4, 2), (x, y) pixels of the view, clockwise from the top left.
    taken: bool (h, w), pixels of other regions, which say nothing about the background of this one."""

    view: np.ndarray
    quad: np.ndarray
    taken: np.ndarray

    @cached_property
    def line_height(self) -> float:
        """Mean length of the quad's left and right sides, px; of its shorter sides for a line set upright."""
        sides = np.linalg.norm(self.quad - np.roll(self.quad, -1, axis=0), axis=1)
        return float(max(min((sides[1] + sides[3]) / 2, (sides[0] + sides[2]) / 2), 1.0))

    @cached_property
    def depth(self) -> np.ndarray:
        """Signed distance to the quad's sides, px: negative inside. float32 (h, w)."""
        return quad_distance(self.quad, self.view.shape[:2])

    @cached_property
    def slack(self) -> float:
        """How far outside the quad its overlay may still lie, px: detectors cut lines by about a tenth."""
        return float(np.clip(0.16 * self.line_height, 3.0, 12.0))

    @cached_property
    def core(self) -> np.ndarray:
        return self.depth <= 0

    @cached_property
    def allowed(self) -> np.ndarray:
        return (self.depth <= self.slack) & ~(self.taken & ~self.core)

    @cached_property
    def ring(self) -> np.ndarray:
        """Pixels that are surely background."""
        ring = (self.depth > self.slack) & ~self.taken
        return ring if ring.sum() >= 16 else self.depth > 0

    @cached_property
    def luma(self) -> np.ndarray:
        return cv2.cvtColor(self.view, cv2.COLOR_RGB2GRAY)

    @cached_property
    def base(self) -> np.ndarray:
        """The background as the ring alone suggests it."""
        return interpolate(self.view, self.ring)

    @cached_property
    def gradient(self) -> np.ndarray:
        """Largest channel's gradient magnitude, per px, float32 (h, w)."""
        smooth = cv2.GaussianBlur(self.view, (3, 3), 0)
        dx = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=3, scale=0.125)
        dy = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, ksize=3, scale=0.125)
        return np.sqrt(largest_channel(dx * dx + dy * dy))

    @cached_property
    def pieces(self) -> np.ndarray:
        """Which piece of the line, about as long as the line is high, a pixel belongs to; tall regions have
        several rows of them. int32 (h, w), 0 and up."""
        q = self.quad
        tall = self.line_height > 72
        unit = 64.0 if tall else self.line_height
        across, columns = self._steps((q[0] + q[3]) / 2, (q[1] + q[2]) / 2, unit)
        if not tall:
            return across
        down, _ = self._steps((q[0] + q[1]) / 2, (q[3] + q[2]) / 2, unit)
        return down * columns + across

    def _steps(self, start: np.ndarray, end: np.ndarray, unit: float) -> tuple[np.ndarray, int]:
        axis = end - start
        length = max(float(np.hypot(*axis)), 1.0)
        count = max(round(length / unit), 1)
        ys, xs = (np.arange(n, dtype=np.float32) + 0.5 for n in self.view.shape[:2])
        along = ((xs - start[0]) * axis[0])[None, :] + ((ys - start[1]) * axis[1])[:, None]
        return np.clip(along * (count / length**2), 0, count - 1).astype(np.int32), count

    @cached_property
    def core_pieces(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Indices (rows, columns) of the quad's pixels in every piece of the line."""
        rows, columns = np.nonzero(self.core)
        piece = self.pieces[rows, columns]
        order = np.argsort(piece, kind="stable")
        ends = np.cumsum(np.bincount(piece, minlength=int(self.pieces.max()) + 1))[:-1]
        return list(zip(np.split(rows[order], ends), np.split(columns[order], ends), strict=True))

    def count(self, part: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Pixels of a bool (h, w) part, and edges among them, in every piece of the line. Two float64 (pieces,)."""
        index = np.flatnonzero(part)
        piece, total = self.pieces.ravel()[index], int(self.pieces.max()) + 1
        edges = np.bincount(piece, self.edges.ravel()[index], minlength=total)
        return np.bincount(piece, minlength=total).astype(float), edges

    @cached_property
    def core_counts(self) -> tuple[np.ndarray, np.ndarray]:
        return self.count(self.core)

    @cached_property
    def ring_counts(self) -> tuple[np.ndarray, np.ndarray]:
        return self.count(self.ring)

    @cached_property
    def deviation(self) -> np.ndarray:
        """Difference of the luma to its local mean over the ring, float32 (h, w), meaningful on the ring."""
        sigma = max(self.line_height / 6, 2.0)
        weight = self.ring.astype(np.float32)
        total = cv2.GaussianBlur(weight, (0, 0), sigma)
        return np.abs(self.luma - cv2.GaussianBlur(self.luma * weight, (0, 0), sigma) / np.maximum(total, 1e-4))

    @cached_property
    def noise(self) -> np.ndarray:
        """Sigma of the ring beside each piece of the line, spread to its pixels. float32 (h, w)."""
        sigma = np.full(int(self.pieces.max()) + 1, self.texture, np.float32)
        for piece in range(len(sigma)):
            values = self.deviation[self.ring & (self.pieces == piece)]
            if values.size >= 16:
                sigma[piece] = float(np.quantile(values, 0.75)) * 0.87
        return sigma[self.pieces]

    @cached_property
    def edges(self) -> np.ndarray:
        """Bool (h, w): edges that stand out in their piece of the line, so that a faint mark on a plain part counts
        beside a strong edge of the scene elsewhere."""
        threshold = np.empty(int(self.pieces.max()) + 1, np.float32)
        for piece in range(len(threshold)):
            here = self.pieces == piece
            inside, around = self.gradient[here & self.core], self.gradient[here & self.ring]
            strong = float(np.quantile(inside, 0.95)) if inside.size else 0.0
            usual = float(np.quantile(around, 0.7)) if around.size else 0.0
            threshold[piece] = max(0.25 * strong, min(usual, 0.6 * strong), 0.006)
        return self.gradient > threshold[self.pieces]

    @cached_property
    def texture(self) -> float:
        """Sigma of the ring around its local mean, 0..1: robust (from the median), so that one edge does not count."""
        values = self.deviation[self.ring]
        return float(np.median(values) * 1.48) if values.size else 0.0


def largest_channel(values: np.ndarray) -> np.ndarray:
    """Maximum over the last axis of a (h, w, 3) array."""
    return np.maximum(np.maximum(values[..., 0], values[..., 1]), values[..., 2])


def quad_distance(quad: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Signed distance of pixel centres to a convex clockwise quad, exact inside, a lower bound outside the corners.
    quad: (4, 2) px, pixel i spanning [i, i + 1). Returns float32 shape, negative inside."""
    ys, xs = np.mgrid[: shape[0], : shape[1]].astype(np.float32) + 0.5
    out = np.full(shape, -np.inf, np.float32)
    for a, b in zip(quad, np.roll(quad, -1, axis=0), strict=True):
        edge = b - a
        length = float(np.hypot(*edge))
        if length < 1e-6:
            continue
        out = np.maximum(out, ((xs - a[0]) * edge[1] - (ys - a[1]) * edge[0]) / length)
    return out
