"""Colour and opacity of the ink: I = (1 - a) B + a T over its solid parts."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from operators.matting.background import interpolate
from operators.matting.frame import Frame

OPAQUE = 0.72  # above: too little of the background is left to tell translucent ink from uneven opaque ink
LEAST_LEVEL = 0.08
LEAST_SPREAD = 0.03  # sigma of the background under the ink below which its opacity cannot be told
LEAST_PIXELS = 40
ALIKE = 0.3  # share of the level by which a pixel's own opacity may differ from it
MOSTLY = 0.75  # share of the pixels that must be alike
GAIN = 0.9  # of the error of one flat colour, below which translucent ink is the better explanation
TRIMMED = 0.8  # share of the pixels, the best explained, that errors are taken over: masks are not perfect
MARKS = ((1.0, 1.0, 1.0), (0.0, 0.0, 0.0))  # colours of translucent marks; others cannot be told from opaque ink


@dataclass
class Level:
    """alpha: 0..1, 1 = opaque. colour: float32 (3,), T. background: float32 (h, w, 3), B interpolated under the ink."""

    alpha: float
    colour: np.ndarray
    background: np.ndarray

    @property
    def translucent(self) -> bool:
        return self.alpha < 1.0

    def share(self, view: np.ndarray) -> np.ndarray:
        """Opacity of every pixel by itself: its projection on the way from background to ink. float32 (h, w)."""
        way = self.colour - self.background
        return ((view - self.background) * way).sum(2) / np.maximum((way * way).sum(2), 1e-3)


def estimate_level(body: np.ndarray, mask: np.ndarray, frame: Frame) -> Level:
    """Opacity and colour of the ink.

    body: bool (h, w), surely ink. mask: bool (h, w), all that belongs to it. Ink counts as opaque unless it is plain
    that it is not: the background under it varies, white or black at one opacity over that background explains it
    better than one flat colour does, and most pixels by themselves give about that opacity.
    """
    near = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    background = interpolate(frame.view, ~near & ~(frame.taken & ~frame.core))
    core = cv2.erode(body.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    core = core if core.sum() >= LEAST_PIXELS else body
    ink, under = frame.view[core], background[core]
    flat = np.median(ink, 0).astype(np.float32)
    best = Level(1.0, flat, background)
    if len(ink) < LEAST_PIXELS or float(under.std(0).max()) < LEAST_SPREAD:
        return best
    least = GAIN * _trimmed(ink - flat)
    for mark in MARKS:
        alpha, error = _explained(ink, under, np.array(mark, np.float32))
        if LEAST_LEVEL <= alpha <= OPAQUE and error < least:
            best, least = Level(alpha, np.array(mark, np.float32), background), error
    return best


def _explained(ink: np.ndarray, under: np.ndarray, colour: np.ndarray) -> tuple[float, float]:
    """(opacity, error) of ink of one colour at one opacity; opacity 0 when the pixels do not agree on one."""
    way = colour - under
    own = ((ink - under) * way).sum(1) / np.maximum((way * way).sum(1), 1e-3)
    alpha = float(np.median(own))
    if np.mean(np.abs(own - alpha) < ALIKE * abs(alpha)) < MOSTLY:
        return 0.0, np.inf
    return alpha, _trimmed(ink - (1.0 - alpha) * under - alpha * colour)


def _trimmed(error: np.ndarray) -> float:
    squared = np.sort((error * error).sum(1))
    return float(np.sqrt(squared[: max(int(TRIMMED * len(squared)), 1)].mean()))
