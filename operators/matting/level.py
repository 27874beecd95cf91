"""Colour and opacity of the ink: I = (1 - a) B + a T over its solid parts."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from operators.matting.background import interpolate
from operators.matting.frame import Frame

OPAQUE = 0.85  # above: nothing of the background is worth inverting
LEAST_LEVEL = 0.08
LEAST_SPREAD = 0.03  # sigma of the background under the ink below which its opacity cannot be told
LEAST_CORRELATION = 0.75  # of ink and background: less, and the ink does not let the background through
LEAST_PIXELS = 40


@dataclass
class Level:
    """alpha: 0..1. colour: float32 (3,), T. background: float32 (h, w, 3), B interpolated under the ink."""

    alpha: float
    colour: np.ndarray
    background: np.ndarray


def estimate_level(mask: np.ndarray, frame: Frame) -> Level:
    """Opacity by regression of the ink's pixels on the background interpolated under them.

    Ink counts as opaque unless it is plain that it is not: where the background does not vary enough to tell, or the
    ink does not vary with it, or the ink would need a colour outside the gamut.
    """
    near = cv2.dilate(mask.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    background = interpolate(frame.view, ~near & ~(frame.taken & ~frame.core))
    core = _solid(mask, frame.view, background)
    ink, under = frame.view[core], background[core]
    if len(ink) == 0:
        return Level(1.0, np.median(frame.view[mask], 0).astype(np.float32), background)
    opaque = Level(1.0, np.median(ink, 0).astype(np.float32), background)
    if len(ink) < LEAST_PIXELS or float(under.std(0).max()) < LEAST_SPREAD:
        return opaque
    x, y = under - under.mean(0), ink - ink.mean(0)
    covariance, power = float((x * y).sum()), float((x * x).sum())
    if covariance < LEAST_CORRELATION * np.sqrt(power * float((y * y).sum())):
        return opaque
    alpha = max(1.0 - covariance / power, _gamut_bound(ink.mean(0), under.mean(0)))
    if not LEAST_LEVEL <= alpha <= OPAQUE:
        return opaque
    colour = (ink.mean(0) - (1.0 - alpha) * under.mean(0)) / alpha
    return Level(alpha, np.clip(colour, 0, 1).astype(np.float32), background)


def _solid(mask: np.ndarray, view: np.ndarray, background: np.ndarray) -> np.ndarray:
    """Pixels that are surely ink, edges left out: else what is not ink passes for translucent ink."""
    core = cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    core = core if core.sum() >= LEAST_PIXELS else mask
    difference = np.abs(view - background).sum(2)
    usual = float(np.median(difference[core])) if core.any() else 0.0
    return core & (difference > 0.5 * usual)


def _gamut_bound(ink: np.ndarray, under: np.ndarray) -> float:
    """The least opacity with which a colour within 0..1 can make `ink` out of `under`, both (3,)."""
    change = ink - under
    room = np.where(change > 0, 1.0 - under, under)
    return float((np.abs(change) / np.maximum(room, 1e-3)).max())
