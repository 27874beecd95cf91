"""Rectangles as quads: corners clockwise from the top left in reading order."""

from __future__ import annotations

import cv2
import numpy as np

_LONG = 1.5  # longer than this, the long side is the line of writing


def box_quad(x0: float, y0: float, x1: float, y1: float) -> np.ndarray:
    """Float32 (4, 2) corners of an upright box."""
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float32)


def smallest_rectangle(points: np.ndarray) -> np.ndarray:
    """The rectangle of least area around (N, 2) points, as a quad in reading order."""
    return in_reading_order(cv2.boxPoints(cv2.minAreaRect(points.astype(np.float32))))


def in_reading_order(corners: np.ndarray) -> np.ndarray:
    """Any rectangle's (4, 2) corners, clockwise on the screen, from the corner where reading starts.

    Writing runs along the long side, from left to right (downwards where it is vertical); a nearly square rectangle is
    read along its flatter side. Float32.
    """
    quad = corners.astype(np.float32)
    along, down = quad[1] - quad[0], quad[2] - quad[1]
    if along[0] * down[1] - along[1] * down[0] < 0:
        quad = quad[::-1]
        along, down = quad[1] - quad[0], quad[2] - quad[1]
    lengths = np.hypot(*along), np.hypot(*down)
    first_is_line = lengths[0] > lengths[1]
    if max(lengths) < _LONG * min(lengths):
        first_is_line = abs(along[0]) * lengths[1] >= abs(down[0]) * lengths[0]
    quad = quad if first_is_line else np.roll(quad, -1, 0)
    along = quad[1] - quad[0]
    backwards = along[0] < -1e-3 * abs(along[1]) or (abs(along[0]) <= 1e-3 * abs(along[1]) and along[1] < 0)
    return np.ascontiguousarray(np.roll(quad, -2, 0) if backwards else quad)


def sides(quad: np.ndarray) -> tuple[float, float]:
    """Mean width (along the writing) and height of a quad, px."""
    lengths = np.hypot(*(np.roll(quad, -1, 0) - quad).T)
    return float(lengths[0] + lengths[2]) / 2, float(lengths[1] + lengths[3]) / 2
