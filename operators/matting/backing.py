"""Backing: a filled box, band or glow behind the line. It belongs to the overlay."""

from __future__ import annotations

import cv2
import numpy as np

from operators.matting.frame import Frame

FOREIGN = 0.65  # share of the quad's colours that the ring does not have, above which something lies behind the text


def backing(mask: np.ndarray, excess: np.ndarray, frame: Frame) -> np.ndarray | None:
    """The mask with its backing, or None when the quad shows background between the letters.

    mask: bool (h, w), the letters. excess: float32 (h, w), colour excess of the quad over the ring, 0..1.
    """
    near = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    between = frame.core & ~near
    if between.sum() < 0.1 * frame.core.sum() or excess[between].mean() < FOREIGN:
        return None
    side = max(int(0.15 * frame.line_height), 2) * 2 + 1
    foreign = ((excess > 0.4) | mask) & frame.allowed
    closed = cv2.morphologyEx(foreign.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((side, side), np.uint8)) > 0
    return (closed | frame.core) & frame.allowed
