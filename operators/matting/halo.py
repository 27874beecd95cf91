"""Halos: soft shadows and glows of the ink, which reach farther than anything that looks like ink.

A halo is the ink's own shape, moved and blurred, in one colour: I = (1 - p g) B + p g C beside the ink, g the blurred
shape. Low frequencies are taken from both sides, then g is regressed on the picture (iteratively reweighted least
squares, Holland & Welsch, 1977). It counts when it explains much of what differs there, and does so all along the line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from operators.matting.background import interpolate
from operators.matting.estimate import Estimate
from operators.matting.frame import Frame
from operators.measures.distance import distance_to_zero

BLURS = (0.03, 0.05, 0.08, 0.12, 0.17)  # sigmas, in heights of the line
SHIFTS = (0.035, 0.075)  # px of a shadow, in heights of the line
LARGEST = 12.0  # px of either
NEAR = 1.5  # px from the ink, nearer its own edge is soft
REACH = (0.45, 6.0, 24.0)  # heights of the line to where halos end, and its bounds in px
SMOOTH = (0.4, 6.0)  # sigma of the low frequencies, heights of the line, and its least px
LEAST_PIXELS = 200
MOST_INK = 0.38  # share of the ink in what is looked at: what shows between heavy letters is not smooth beside them
SAMPLE = 4000  # pixels of the regression
WORTH = 0.05  # share that must be explained by one of four shapes before others are tried
EXPLAINED = ((0.15, 6.5), (0.05, 12.0))  # share of what differs near the ink that must be, and how surely
PARTS = 8  # of the line, from which standard errors come; all must agree in sign
VISIBLE = 0.03  # of full scale
FAINT = 0.06  # alpha below which a halo is left
PURE_ERROR = 0.06  # of full scale, up to which black, white or the ink's colour explain it


@dataclass(frozen=True)
class Halo:
    """alpha: float32 (h, w), 0..1. colour: float32 (3,), RGB 0..1."""

    alpha: np.ndarray
    colour: np.ndarray


@dataclass(frozen=True)
class Surroundings:
    """What a shape is regressed on. where: bool (h, w), px beside the ink. sample: int (N,), some of them. high:
    float32 (N, 3), the picture's high frequencies there. smooth: sigma of the low ones, px. part: int (N,), of the
    line."""

    where: np.ndarray
    sample: np.ndarray
    high: np.ndarray
    smooth: float
    part: np.ndarray


@dataclass(frozen=True)
class Fit:
    """shape: float32 (h, w), 0..1. slope: float32 (3,), what a whole one adds. explained: 0..1. sure: standard errors.
    agreed: whether all parts of the line add and take alike."""

    shape: np.ndarray
    slope: np.ndarray
    explained: float
    sure: float = 0.0
    agreed: bool = False


def with_halo(found: Estimate, frame: Frame) -> Estimate:
    """The estimate with the halo around its ink; itself where there is none, or the ink is to be computed back."""
    if found.level < 1:
        return found
    ink = found.alpha > 0
    halo = halo_of(frame.view, ink, frame.line_height, _tone(found, ink))
    if halo is None:
        return found
    added = ~ink & (halo.alpha > FAINT)
    colour = np.where(added[..., None], halo.colour, found.colour).astype(np.float32)
    alpha = np.where(added, halo.alpha, found.alpha).astype(np.float32)
    return Estimate(alpha, colour, 1.0, f"{found.candidate}, halo", found.agreement)


def halo_of(view: np.ndarray, ink: np.ndarray, height: float, tone: np.ndarray) -> Halo | None:
    """view: float32 (h, w, 3), RGB 0..1. ink: bool (h, w). height: of the line, px. tone: float32 (3,), of the ink."""
    beside = _surroundings(view, ink, height)
    if beside is None:
        return None
    soft = {blur: cv2.GaussianBlur(ink.astype(np.float32), (0, 0), max(blur * height, 0.6))
            for blur in BLURS if blur * height <= LARGEST}
    first = [(blur, shift) for blur in (BLURS[1], BLURS[3]) for shift in ((0, 0), (1, 1)) if blur in soft]
    tried = [_regressed(_moved(soft[blur], shift, height), beside) for blur, shift in first]
    if not tried or max(fit.explained for fit in tried) < WORTH:
        return None
    fits = (_regressed(_moved(soft[blur], shift, height), beside) for blur in soft for shift in _shifts(height))
    best = _secured(max(fits, key=lambda fit: fit.explained), beside)
    visible = float(np.abs(best.slope).max() * np.quantile(best.shape[beside.where], 0.97))
    enough = any(best.explained >= share and best.sure >= errors for share, errors in EXPLAINED)
    if not enough or not best.agreed or visible < VISIBLE:
        return None
    return _coloured(best, view, ink, beside, tone)


def _tone(found: Estimate, ink: np.ndarray) -> np.ndarray:
    return found.colour if found.colour.ndim == 1 else found.colour[ink].mean(0)


def _surroundings(view: np.ndarray, ink: np.ndarray, height: float) -> Surroundings | None:
    distance, reach = distance_to_zero(~ink), float(np.clip(REACH[0] * height, *REACH[1:]))
    where = (distance > NEAR) & (distance < reach)
    index = np.flatnonzero(where)
    if len(index) < LEAST_PIXELS or ink.sum() > MOST_INK * (ink.sum() + len(index)):
        return None
    index = index[:: len(index) // SAMPLE + 1]
    smooth = max(SMOOTH[0] * height, SMOOTH[1])
    high = (view - _local_mean(view, where, smooth)).reshape(-1, 3)[index]
    column = index % ink.shape[1]
    part = (column - column.min()) * PARTS // (column.max() - column.min() + 1)
    return Surroundings(where, index, high, smooth, part)


def _local_mean(values: np.ndarray, where: np.ndarray, sigma: float) -> np.ndarray:
    """Over the pixels of `where` alone: boxes of the Gaussian's width, which take no longer where it is wide."""
    side = (2 * round(1.7 * sigma) + 1,) * 2
    weight = where.astype(np.float32)
    total = cv2.blur(weight, side) + 1e-4
    if values.ndim == 2:
        return cv2.blur(values * weight, side) / total
    return cv2.blur(values * weight[..., None], side) / total[..., None]


def _shifts(height: float) -> Iterator[tuple[float, float]]:
    """Of shadows, px over the first shift: none, and down, also to a side."""
    yield 0, 0
    for far in SHIFTS:
        if far * height <= LARGEST:
            yield from ((side * far / SHIFTS[0], far / SHIFTS[0]) for side in (1, 0, -1))


def _moved(shape: np.ndarray, shift: tuple[float, float], height: float) -> np.ndarray:
    if shift == (0, 0):
        return shape
    x, y = (SHIFTS[0] * height * one for one in shift)
    return np.asarray(cv2.warpAffine(shape, np.array([[1, 0, x], [0, 1, y]]), shape.shape[::-1]), np.float32)


def _high(shape: np.ndarray, beside: Surroundings) -> np.ndarray:
    return (shape - _local_mean(shape, beside.where, beside.smooth)).ravel()[beside.sample]


def _regressed(shape: np.ndarray, beside: Surroundings) -> Fit:
    slope, _, explained = _robust(_high(shape, beside), beside.high)
    return Fit(shape, slope, explained)


def _robust(form: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """(slope (3,), weights (N,), share of the trimmed energy that it explains)."""
    weight, limit, error = np.ones(len(form), np.float32), 1.0, np.zeros(len(form), np.float32)
    slope = np.zeros(3, np.float32)
    for _ in range(4):
        slope = (weight * form) @ high / (float(weight @ (form * form)) + 1e-9)
        error = np.linalg.norm(high - form[:, None] * slope, axis=1)
        limit = 4.5 * float(np.median(error)) + 0.02
        weight = np.maximum(1 - (error / limit) ** 2, 0) ** 2
    left, all_of_it = (float((np.minimum(one, limit) ** 2).sum()) for one in (error, np.linalg.norm(high, axis=1)))
    return slope, weight, 1 - left / max(all_of_it, 1e-9)


def _secured(fit: Fit, beside: Surroundings) -> Fit:
    """With how sure its slope is, by leaving out one part of the line after the other (jackknife, Tukey, 1958)."""
    form = _high(fit.shape, beside)
    slope, weight, explained = _robust(form, beside.high)
    across = np.stack([np.bincount(beside.part, weight * form * high, minlength=PARTS) for high in beside.high.T], 1)
    power = np.bincount(beside.part, weight * form * form, minlength=PARTS)
    without = (across.sum(0) - across) / np.maximum(power.sum() - power, 1e-6)[:, None]
    error = np.sqrt((PARTS - 1) / PARTS * ((without - without.mean(0)) ** 2).sum(0))
    channel = int(np.argmax(np.abs(slope)))
    counted = power > 0.02 * power.sum()
    agreed = bool((np.sign(across[counted, channel]) == np.sign(slope[channel])).all())
    return Fit(fit.shape, slope, explained, float((np.abs(slope) / np.maximum(error, 1e-4)).max()), agreed)


def _coloured(fit: Fit, view: np.ndarray, ink: np.ndarray, beside: Surroundings, tone: np.ndarray) -> Halo:
    """slope = p (C - B) with the background's mean colour B: C black, white or the ink's where that explains it, else
    the colour that takes the least opacity."""
    under = interpolate(view, ~ink & ~beside.where) if (~ink & ~beside.where).any() else view
    weight = fit.shape[beside.where]
    middle = weight @ under[beside.where] / max(float(weight.sum()), 1e-6)
    best, least, opacity = tone, np.inf, 1.0
    for colour in (np.zeros(3, np.float32), tone, np.ones(3, np.float32)):
        way = colour - middle
        share = float(np.clip(fit.slope @ way / max(float(way @ way), 1e-3), 0, 1))
        if (error := float(np.abs(fit.slope - share * way).max())) < least:
            best, least, opacity = colour, error, share
    if least > PURE_ERROR:
        room = np.where(fit.slope > 0, 1 - middle, middle)
        opacity = float(np.clip((np.abs(fit.slope) / np.maximum(room, 1e-3)).max(), 0.15, 1))
        best = np.clip(middle + fit.slope / opacity, 0, 1)
    return Halo((opacity * fit.shape).astype(np.float32), np.asarray(best, np.float32))
