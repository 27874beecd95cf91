"""Wounds in a photograph that scikit-image ships, with the truth about them."""

from __future__ import annotations

import cv2
import numpy as np

from operators.remedy import Wound
from tests.operators.overlaid import captioned, photo


def lettered(size: int = 128) -> tuple[np.ndarray, Wound]:
    """(truth float32 (S, S, 3), wound): the truth itself in a hole of letters, grown by 2 px."""
    case = captioned("coffee", at=(70, 330), size=44, text="Hello")
    window = np.s_[310 : 310 + size, 60 : 60 + size]
    truth, alpha = case.photo[window].astype(np.float32) / 255, case.alpha[window].astype(np.float32)
    hole = _grown(alpha > 0.05, 2)
    return truth, Wound(truth, alpha, hole, hole.astype(np.float32), 3)


def boxed(
    size: int = 128, side: int = 48, name: str = "coffee", at: tuple[int, int] = (20, 20)
) -> tuple[np.ndarray, Wound]:
    """The same with a square hole in the middle of the window at (y, x) of the photograph."""
    truth = photo(name)[at[0] : at[0] + size, at[1] : at[1] + size].astype(np.float32) / 255
    hole = np.zeros((size, size), bool)
    start = (size - side) // 2
    hole[start : start + side, start : start + side] = True
    return truth, Wound(truth, hole.astype(np.float32), hole, hole.astype(np.float32), 3)


def error(rgb: np.ndarray, truth: np.ndarray, where: np.ndarray) -> float:
    """Mean absolute difference, 0..1."""
    return float(np.abs(rgb - truth)[where].mean())


def _grown(mask: np.ndarray, pixels: int) -> np.ndarray:
    return cv2.dilate(mask.astype(np.uint8), np.ones((2 * pixels + 1,) * 2, np.uint8)) > 0
