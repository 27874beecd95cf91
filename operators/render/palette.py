"""Colours overlays come in, RGB 0..1."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence

import numpy as np

from operators.measures.luma import WEIGHTS

RGB = tuple[float, float, float]

WHITE: RGB = (1.0, 1.0, 1.0)
BLACK: RGB = (0.0, 0.0, 0.0)
YELLOW: RGB = (1.0, 0.9, 0.1)
LCD: tuple[RGB, ...] = (
    (1.0, 0.55, 0.1),
    (1.0, 0.4, 0.1),
    (1.0, 0.85, 0.2),
    (1.0, 1.0, 1.0),
    (0.5, 1.0, 0.45),
    (1.0, 0.2, 0.1),
)
INKS: tuple[RGB, ...] = ((0.75, 0.08, 0.1), (0.1, 0.2, 0.6), (0.08, 0.08, 0.1), (0.1, 0.4, 0.2), (0.4, 0.1, 0.45))


def pick(rng: np.random.Generator, colours: Sequence[RGB], spread: float = 0.05) -> RGB:
    """One of the colours, each channel moved by up to `spread`."""
    base = np.array(colours[int(rng.integers(len(colours)))])
    return to_rgb(np.clip(base + rng.uniform(-spread, spread, 3), 0, 1))


def vivid(rng: np.random.Generator) -> RGB:
    """Any saturated colour."""
    return colorsys.hsv_to_rgb(float(rng.random()), float(rng.uniform(0.5, 1)), float(rng.uniform(0.5, 1)))


def bright(rng: np.random.Generator) -> RGB:
    """What subtitles are written in: white mostly, off-white, yellow, sometimes a bright colour."""
    toss = rng.random()
    if toss < 0.5:
        return WHITE
    if toss < 0.65:
        return pick(rng, ((0.92, 0.92, 0.9),), 0.07)
    if toss < 0.85:
        return pick(rng, (YELLOW,), 0.08)
    return colorsys.hsv_to_rgb(float(rng.random()), float(rng.uniform(0.3, 0.9)), float(rng.uniform(0.85, 1)))


def luminance(colour: Sequence[float] | np.ndarray) -> float:
    """Rec. 601 luma, 0..1."""
    return float(np.dot(np.asarray(colour, np.float64), WEIGHTS))


def opposite(colour: RGB) -> RGB:
    """Black or white, whichever stands out more."""
    return BLACK if luminance(colour) > 0.5 else WHITE


def to_rgb(values: np.ndarray) -> RGB:
    return float(values[0]), float(values[1]), float(values[2])
