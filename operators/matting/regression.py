"""Opacity and colour of ink in closed form: I = (1 - a) B + a T, a straight line over the background's estimate.

The slope 1 - a is shared by the three channels, the intercepts are a T. Robust (iteratively reweighted least squares,
Holland & Welsch, 1977), with a ridge towards what the segmenter saw, which decides where the background hardly varies.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

ROUNDS = 5
PATCH = 12.0  # px of error that count as one: neighbours err together
STRUCTURE = 0.03  # sigma of the error from which it is structure of the scene, which errs together over more of them
LEVEL_SIGMA = 0.15  # by which the segmenter's opacity may be off
COLOUR_SIGMA = 0.2  # and its colour
LEAST_SIGMA = 0.012  # of the error of a pixel: compression
TUKEY = 4.0  # sigmas from which a pixel counts nothing
LEAST_LEVEL = 0.1
PURE = ((1.0, 1.0, 1.0), (0.0, 0.0, 0.0))  # most marks are white or black
PURE_BONUS = 1.0


@dataclass(frozen=True)
class Ink:
    """level: 0..1, a; 1 is opaque. colour: float32 (3,), T, RGB 0..1. cost: of the explanation, smaller is better;
    what the prior says counts. spread: sigma of the error of a pixel it explains."""

    level: float
    colour: np.ndarray
    cost: float = 0.0
    spread: float = 0.0


def explain(ink: np.ndarray, under: np.ndarray, weight: np.ndarray, seen: Ink) -> Ink:
    """The cheapest of: ink of a free colour, white and black at any opacity.

    ink, under: float32 (n, 3), n >= 1, the pixels and the background's estimate under them. weight: float32 (n,), how
    much each counts. seen: level and colour as the segmenter saw them.
    """
    free = _settled(ink, under, weight, seen, None)
    found = [free]
    for colour in PURE:
        pure = _settled(ink, under, weight, seen, np.array(colour, np.float32), free.spread)
        found.append(replace(pure, cost=pure.cost - PURE_BONUS))
    return min(found, key=lambda one: one.cost)


def _settled(
    ink: np.ndarray, under: np.ndarray, weight: np.ndarray, seen: Ink, colour: np.ndarray | None, spread: float = 0.0
) -> Ink:
    """Reweighted until it settles; `colour` fixed or free. With a `spread` errors are counted in units of it."""
    level, tone = seen.level, seen.colour if colour is None else colour
    trust = weight
    for _ in range(ROUNDS):
        error = np.sqrt(((ink - (1 - level) * under - level * tone) ** 2).mean(1))
        own = _spread(error, weight)
        trust = weight * np.maximum(1 - (error / (TUKEY * own)) ** 2, 0) ** 2
        if trust.sum() < 1e-3 * weight.sum():
            break
        level = _level(ink, under, trust / (own**2 * _patch(own)), seen.level, colour)
        if colour is None:
            tone = _tone(ink, under, trust, level)
    error = np.sqrt(((ink - (1 - level) * under - level * tone) ** 2).mean(1))
    own = _spread(error, weight)
    unit = spread or own
    cost = 3 * float((weight * np.minimum((error / unit) ** 2, TUKEY**2)).sum()) / _patch(unit)
    cost += ((level - seen.level) / LEVEL_SIGMA) ** 2 + float((((tone - seen.colour) / COLOUR_SIGMA) ** 2).sum())
    return Ink(level, tone.astype(np.float32), cost, own)


def _level(ink: np.ndarray, under: np.ndarray, weight: np.ndarray, prior: float, colour: np.ndarray | None) -> float:
    """Ridge regression of the slope; its gamut bounds keep T within 0..1 when the colour is free."""
    total = max(float(weight.sum()), 1e-9)
    mean_ink, mean_under = (weight @ values / total for values in (ink, under))
    x, y = (under - mean_under, ink - mean_ink) if colour is None else (under - colour, ink - colour)
    ridge = 1.0 / LEVEL_SIGMA**2
    slope = (float((weight[:, None] * x * y).sum()) + ridge * (1 - prior)) / (
        float((weight[:, None] * x * x).sum()) + ridge)
    if colour is None:
        upper = np.minimum((1 - mean_ink) / np.maximum(1 - mean_under, 1e-3), mean_ink / np.maximum(mean_under, 1e-3))
        slope = min(slope, float(upper.min()))
    return float(np.clip(1 - slope, LEAST_LEVEL, 1.0))


def _tone(ink: np.ndarray, under: np.ndarray, weight: np.ndarray, level: float) -> np.ndarray:
    through = weight @ (ink - (1 - level) * under) / max(float(weight.sum()), 1e-9)
    return np.clip(through / level, 0, 1)


def _patch(spread: float) -> float:
    return PATCH * (1 + (spread / STRUCTURE) ** 2)


def _spread(error: np.ndarray, weight: np.ndarray) -> float:
    """Sigma of the errors from their weighted median."""
    order = np.argsort(error)
    total = np.cumsum(weight[order])
    return max(1.2 * float(error[order][np.searchsorted(total, 0.5 * total[-1])]), LEAST_SIGMA)
