"""A photograph with a hole in it, for tests of the seam verifier."""

from __future__ import annotations

import cv2
import numpy as np
import skimage.data

from operators.verify.views import SIDE, SeamView


def square(y: int = 60, x: int = 120) -> np.ndarray:
    """Float32 (SIDE, SIDE, 3), 0..1: a piece of the cat."""
    cat = np.ascontiguousarray(skimage.data.chelsea())
    return cat[y : y + SIDE, x : x + SIDE].astype(np.float32) / 255


def word() -> tuple[np.ndarray, np.ndarray]:
    """(alpha float32, hole bool), (SIDE, SIDE): letters and what grows around them."""
    drawn = np.zeros((SIDE, SIDE), np.uint8)
    cv2.putText(drawn, "Cat", (14, 78), cv2.FONT_HERSHEY_DUPLEX, 1.6, 255, 3, cv2.LINE_AA)
    hole = cv2.dilate(drawn, np.ones((5, 5), np.uint8)) > 0
    return drawn.astype(np.float32) / 255, hole


def seam_view(rgb: np.ndarray | None = None) -> SeamView:
    alpha, hole = word()
    return SeamView(square() if rgb is None else rgb, alpha, hole)
