"""Crops of views for the segmenter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.training.views.feed import piece, place
from experiments.training.views.view import View
from operators.detection.quads import sides
from operators.detection.shrink import drawn_cores

ON_OVERLAY = 0.75  # of the crops of a picture with overlay lie on it
TURNED = 0.25  # of the crops are turned by a quarter: marks run upwards too
NO_HINT, BOXES, WRONG_HINT = 0.3, 0.3, 0.08
_PARTS = ("image", "clean", "alpha", "colour", "probability")


@dataclass(frozen=True)
class Crops:
    """uint8 arrays: image and clean (N, S, S, 3), alpha (N, S, S), colour (N, S, S, 3), probability (N, S, S); of one
    crop without the N."""

    image: np.ndarray
    clean: np.ndarray
    alpha: np.ndarray
    colour: np.ndarray
    probability: np.ndarray


def batch(crops: list[Crops]) -> Crops:
    """Several crops of one size as one."""
    return Crops(*(np.stack(part) for part in zip(*(vars(c).values() for c in crops), strict=True)))


def crop(view: View, size: int, rng: np.random.Generator) -> Crops:
    """A size x size piece, flipped and turned at random. Often without the detector's probability, so that the network
    learns to do without it."""
    y, x = place(view.image.shape, view.quads, size, ON_OVERLAY, rng)
    parts = [piece(getattr(view, name), y, x, size) for name in _PARTS]
    parts[4] = _hint(parts[4], view.quads - np.array([x, y], np.float32), rng)
    if rng.random() < 0.5:
        parts = [part[:, ::-1] for part in parts]
    if rng.random() < TURNED:
        parts = [np.rot90(part) for part in parts]
    return Crops(*(np.ascontiguousarray(part) for part in parts))


def _hint(probability: np.ndarray, quads: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The detector's probability, or nothing, or the cores of boxes as refine draws them, or what belongs elsewhere."""
    toss, size = rng.random(), len(probability)
    if toss < NO_HINT:
        return np.zeros_like(probability)
    if toss < NO_HINT + BOXES:
        boxes = [quad for quad in quads if rng.random() < 0.85]
        jitter = [quad + rng.normal(0, 0.06 * min(sides(quad)), (4, 2)) for quad in boxes]
        return np.rint(255 * drawn_cores(jitter, probability.shape)).astype(np.uint8)
    if toss < NO_HINT + BOXES + WRONG_HINT:
        return np.roll(probability, int(rng.integers(size)), int(rng.integers(2)))
    return probability
