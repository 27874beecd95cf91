"""Letterbox: a picture of any size at the scale the detector was trained for."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

STRIDE = 32
GREY = 128
LARGEST_ENLARGEMENT = 2.0


@dataclass(frozen=True)
class Letterbox:
    """canvas: uint8 (H, W, 3), H and W multiples of STRIDE, grey to the right of and below the content.
    height, width: of the content. scale_x, scale_y: canvas pixels per picture pixel."""

    canvas: np.ndarray
    height: int
    width: int
    scale_x: float
    scale_y: float

    def to_picture(self, points: np.ndarray) -> np.ndarray:
        """(..., 2) points of the canvas as float32 points of the picture."""
        return (points / np.array([self.scale_x, self.scale_y])).astype(np.float32)


def letterbox(rgb8: np.ndarray, size: int) -> Letterbox:
    """Scale a (H, W, 3) uint8 picture so that its long side is `size` (small ones are at most doubled).

    The canvas is only padded to the network's stride: a full square would cost time and change nothing.
    """
    height, width = rgb8.shape[:2]
    scale = min(size / max(height, width), LARGEST_ENLARGEMENT)
    w, h = max(round(width * scale), 1), max(round(height * scale), 1)
    content = cv2.resize(rgb8, (w, h), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    canvas = np.full((_up(h), _up(w), 3), GREY, np.uint8)
    canvas[:h, :w] = content
    return Letterbox(canvas, h, w, w / width, h / height)


def _up(length: int) -> int:
    return -(-length // STRIDE) * STRIDE
