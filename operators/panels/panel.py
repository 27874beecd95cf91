"""A panel: a rectangle of one colour and one opacity that lies under a line of text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Panel:
    """corner: float64 (2,), px of the picture, where it begins. along, down: float64 (2,), its sides as vectors, px.
    level: its opacity, 0..1. colour: float32 (3,), RGB 0..1. radius: of its corners, px."""

    corner: np.ndarray
    along: np.ndarray
    down: np.ndarray
    level: float
    colour: np.ndarray
    radius: float = 0.0

    @property
    def quad(self) -> np.ndarray:
        """Float32 (4, 2), clockwise from the top left."""
        a, b = self.corner + self.along, self.corner + self.down
        return np.stack([self.corner, a, a + self.down, b]).astype(np.float32)

    @property
    def area(self) -> float:
        """Px."""
        return float(np.hypot(*self.along) * np.hypot(*self.down))

    def holds(self, point: np.ndarray) -> bool:
        """Whether a point, (2,) px of the picture, lies on it."""
        return all(0 <= (point - self.corner) @ way <= way @ way for way in (self.along, self.down))

    def coverage(self, x0: int, y0: int, x1: int, y1: int) -> np.ndarray:
        """Float32 (h, w), 0..1: the share of each pixel of that window that lies in it: one px of its edge is soft."""
        ys, xs = np.mgrid[y0:y1, x0:x1].astype(np.float32) + 0.5
        centre = self.corner + (self.along + self.down) / 2
        far = [np.abs((xs - centre[0]) * way[0] + (ys - centre[1]) * way[1]) / np.hypot(*way) - np.hypot(*way) / 2
               + self.radius for way in (self.along, self.down)]
        beyond = np.hypot(np.maximum(far[0], 0), np.maximum(far[1], 0)) + np.minimum(np.maximum(*far), 0) - self.radius
        return np.clip(0.5 - beyond, 0, 1).astype(np.float32)

    def box(self, margin: int, width: int, height: int) -> tuple[int, int, int, int]:
        """(x0, y0, x1, y1): the pixels of a picture of that size that it touches, and `margin` more."""
        low, high = np.floor(self.quad.min(0)) - margin, np.ceil(self.quad.max(0)) + margin
        return (max(int(low[0]), 0), max(int(low[1]), 0), min(int(high[0]), width), min(int(high[1]), height))
