"""Colour and opacity of the ink: I = (1 - a) B + a T over its solid parts."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from operators.matting.background import interpolate
from operators.matting.frame import Frame

OPAQUE = 0.85  # above: nothing of the background is worth inverting
LEAST_SPREAD = 0.03  # sigma of the background under the ink below which its opacity cannot be told


@dataclass
class Level:
    """alpha: 0..1. colour: float32 (3,), T. background: float32 (h, w, 3), B interpolated under the ink."""

    alpha: float
    colour: np.ndarray
    background: np.ndarray


def estimate_level(mask: np.ndarray, frame: Frame) -> Level:
    """Opacity by regression of the ink's pixels on the background interpolated under them.

    The interpolation is blurred, which flattens the slope; the same regression on the ring, under the same mask moved
    there, says by how much. Where the background does not vary enough to tell, the ink counts as opaque.
    """
    near = cv2.dilate(mask.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    background = interpolate(frame.view, ~near & ~(frame.taken & ~frame.core))
    core = cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    core = core if core.sum() >= 30 else mask
    ink, under = frame.view[core], background[core]
    colour = np.median(ink, 0).astype(np.float32)
    if len(ink) < 30 or float(under.std(0).max()) < LEAST_SPREAD:
        return Level(1.0, colour, background)
    slope = _slope(ink, under)
    alpha = float(np.clip(1.0 - slope, 0.0, 1.0))
    if alpha > OPAQUE or alpha < 0.05:
        return Level(1.0, colour, background)
    found = (ink.mean(0) - (1.0 - alpha) * under.mean(0)) / alpha
    return Level(alpha, np.clip(found, 0, 1).astype(np.float32), background)


def _slope(ink: np.ndarray, under: np.ndarray) -> float:
    """One slope for the three channels, each about its own mean."""
    x, y = under - under.mean(0), ink - ink.mean(0)
    return float((x * y).sum() / max(float((x * x).sum()), 1e-9))
