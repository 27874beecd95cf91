"""Edge blending: an edge-aware Gaussian feather inside the growth."""

from __future__ import annotations

import cv2
import numpy as np

EPSILON = 1e-3  # of the guided filter: edges stronger than its root (0.03) hold the feather


def feather_blend(distance: np.ndarray, growth: float, feather: float, guide: np.ndarray) -> np.ndarray:
    """Weight of the fill: 1 up to growth - feather, then a Gaussian flank that ends at growth; 0 beyond.

    distance: float32 (h, w), px to the overlay. guide: float32 (h, w), luma 0..1 of the background, without overlay:
    the guided filter (He, Sun & Tang, 2013) lets the flank follow its edges. Returns float32 (h, w).
    """
    hole = distance <= growth
    if feather <= 0:
        return hole.astype(np.float32)
    solid = distance <= growth - feather
    sigma = feather / 2
    flank = np.exp(-0.5 * ((distance - (growth - feather)) / sigma) ** 2).astype(np.float32)
    blend = _guided(np.where(solid, 1.0, np.where(hole, flank, 0.0)).astype(np.float32), guide, int(np.ceil(feather)))
    blend = np.clip(blend, 0.05, 1.0)
    blend[solid] = 1.0
    blend[~hole] = 0.0
    return blend


def _guided(values: np.ndarray, guide: np.ndarray, radius: int) -> np.ndarray:
    side = (2 * radius + 1, 2 * radius + 1)
    mean_g, mean_v = cv2.blur(guide, side), cv2.blur(values, side)
    slope = (cv2.blur(guide * values, side) - mean_g * mean_v) / (cv2.blur(guide * guide, side) - mean_g**2 + EPSILON)
    offset = mean_v - slope * mean_g
    smooth = cv2.blur(slope, side) * guide + cv2.blur(offset, side)
    edge = np.clip((cv2.blur(guide * guide, side) - mean_g**2) / EPSILON, 0, 1)
    return edge * smooth + (1 - edge) * values
