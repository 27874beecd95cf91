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
        return self.view @ np.array([0.299, 0.587, 0.114], np.float32)

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
        return np.sqrt((dx * dx + dy * dy).max(2))

    @cached_property
    def texture(self) -> float:
        """Sigma of the ring around its local mean, 0..1: robust (from the median), so that one edge does not count."""
        blurred = interpolate_smooth(self.view, self.ring, max(self.line_height / 6, 2.0))
        deviation = np.abs(self.view - blurred).max(2)[self.ring]
        return float(np.median(deviation) * 1.48) if deviation.size else 0.0


def quad_distance(quad: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
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


def interpolate_smooth(view: np.ndarray, known: np.ndarray, sigma: float) -> np.ndarray:
    """Normalised convolution (Knutsson & Westin, 1993): Gaussian mean over the known pixels only, float32 (h, w, 3)."""
    weight = known.astype(np.float32)
    total = cv2.GaussianBlur(weight, (0, 0), sigma)[..., None]
    return cv2.GaussianBlur(view * weight[..., None], (0, 0), sigma) / np.maximum(total, 1e-4)
