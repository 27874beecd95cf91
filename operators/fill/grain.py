"""Grain: the noise of the picture around a hole, given to what was filled into it.

A filling is smoother than any photograph, and shows where noise ends. Level, correlation of the channels and spectrum
are those of the quiet part of the ring (a random phase texture as in Galerne, Gousseau & Morel, 2011, of the noise
alone); what the filling has of it already is subtracted first, so none gets noisier than what surrounds it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from operators.measures.luma import LUMA

RING = 12  # px around the hole in which its noise is looked up
SIGMA, REACH = 1.5, 4  # px: cut-off above which detail can be noise, and how far its Gaussian counts
QUIET = 0.1  # share of the pixels, those of the least slope, whose detail is noise; more would be texture
FEWEST = 24  # quiet pixels that an estimate needs
STRENGTH = 0.6  # of the missing noise that is added: all of it costs 0.4 dB under strokes, this half of that
LEAST = 0.6 / 255  # noise below this is the rounding to levels, or none
LEAST_PASSED = 0.25  # frequencies of which less than this is detail are not made up for
LAG = 3  # px, farthest at which noise is taken to be correlated
TO_SIGMA = 1.4826  # standard deviation over median absolute deviation, of a normal distribution
CLIP = 2.0  # standard deviations beyond which detail is no noise


@dataclass(frozen=True)
class Noise:
    """covariance: float64 (3, 3) of the channels. correlation: float64 (2 * LAG + 1, 2 * LAG + 1), of luma at every
    lag, 1 in its middle."""

    covariance: np.ndarray
    correlation: np.ndarray


def add_grain(rgb: np.ndarray, hole: np.ndarray, seed: int, known: np.ndarray | None = None) -> np.ndarray:
    """Float32 (H, W, 3), 0..1: the picture with the ring's noise where it is filled; the same array when it has none.

    rgb: float32 (H, W, 3), RGB 0..1, filled. hole: bool (H, W): where. seed: of the noise, 0 <= seed < 2**63. Pixels
    outside the hole stay as they are. known: bool (H, W), the pixels whose noise is the picture's; by default all
    outside the hole.
    """
    if not hole.any():
        return rgb
    box = _box(hole, RING + REACH)
    part, inside = np.ascontiguousarray(rgb[box]), hole[box]
    low = cv2.GaussianBlur(part, (0, 0), SIGMA)
    luma = low @ LUMA
    slope = np.abs(cv2.Sobel(luma, cv2.CV_32F, 1, 0)) + np.abs(cv2.Sobel(luma, cv2.CV_32F, 0, 1))
    detail = part - low
    there = ~inside if known is None else known[box] & ~inside
    ring = noise_of(detail, slope, there & _near(inside) & _whole(inside.shape))
    if ring is None:
        return rgb
    own = noise_of(detail, slope, inside)
    missing = ring.covariance if own is None else ring.covariance - own.covariance
    mixing = _root(missing)
    if not mixing.any():
        return rgb
    core, out = _box(hole, 0), rgb.copy()
    noise = _drawn(ring.correlation, hole[core].shape, seed) @ (STRENGTH * mixing).astype(np.float32)
    out[core] = np.where(hole[core][..., None], np.clip(rgb[core] + noise, 0, 1), rgb[core])
    return out


def noise_of(detail: np.ndarray, slope: np.ndarray, part: np.ndarray) -> Noise | None:
    """Noise of the quiet pixels of `part`, bool (h, w); None when there is none to speak of.

    detail: float32 (h, w, 3), the picture minus its Gaussian mean. slope: float32 (h, w), of that mean.
    """
    if part.sum() < FEWEST:
        return None
    quiet = part & (slope <= np.quantile(slope[part][::4], QUIET))
    if quiet.sum() < FEWEST:
        quiet = part
    values = detail[quiet]
    deviation = TO_SIGMA * np.median(np.abs(values - np.median(values, 0)), 0)
    if deviation.max() < LEAST:
        return None
    limit = CLIP * deviation
    kept = np.clip(values, -limit, limit).astype(np.float64)
    covariance = kept.T @ kept / len(kept)
    most = CLIP * float(np.sqrt(LUMA @ covariance @ LUMA))
    return Noise(covariance, _correlation(np.clip(detail @ LUMA, -most, most), quiet))


def _box(hole: np.ndarray, margin: int) -> tuple[slice, slice]:
    rows, columns = np.flatnonzero(hole.any(1)), np.flatnonzero(hole.any(0))
    return (slice(max(int(rows[0]) - margin, 0), int(rows[-1]) + 1 + margin),
            slice(max(int(columns[0]) - margin, 0), int(columns[-1]) + 1 + margin))


def _near(hole: np.ndarray) -> np.ndarray:
    return cv2.dilate(hole.astype(np.uint8), np.ones((2 * RING + 1, 2 * RING + 1), np.uint8)) > 0


def _whole(shape: tuple[int, ...]) -> np.ndarray:
    """Where nothing beyond the edge of the box plays a part in the Gaussian mean."""
    inner = np.zeros(shape, bool)
    inner[REACH:-REACH, REACH:-REACH] = True
    return inner


def _correlation(luma: np.ndarray, quiet: np.ndarray) -> np.ndarray:
    """Of luma's noise at lags up to LAG, tapered; 0 at lags that no pair of quiet pixels has."""
    values, weight = np.where(quiet, luma, 0).astype(np.float32), quiet.astype(np.float32)
    found = np.zeros((2 * LAG + 1, 2 * LAG + 1))
    for dy in range(LAG + 1):
        for dx in range(-LAG, LAG + 1):
            here = np.s_[dy:, max(dx, 0) : values.shape[1] + min(dx, 0)]
            there = np.s_[: values.shape[0] - dy, max(-dx, 0) : values.shape[1] - max(dx, 0)]
            pairs = float(np.vdot(weight[here], weight[there]))
            product = float(np.vdot(values[here], values[there])) / pairs if pairs else 0.0
            taper = (1 - (dy / (LAG + 1)) ** 2) * (1 - (dx / (LAG + 1)) ** 2)
            found[LAG + dy, LAG + dx] = found[LAG - dy, LAG - dx] = taper * product
    middle = found[LAG, LAG]
    return found / middle if middle > 0 else np.pad(np.ones((1, 1)), LAG)


def _root(covariance: np.ndarray) -> np.ndarray:
    """Float64 (3, 3) whose square is the covariance without its negative part; 0 for noise below LEAST."""
    shares, axes = np.linalg.eigh(covariance)
    if shares.max() < LEAST**2:
        return np.zeros((3, 3))
    return (axes * np.sqrt(np.maximum(shares, 0))) @ axes.T


def _drawn(correlation: np.ndarray, shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Float32 (h, w, 3): independent channels whose detail has unit variance and that correlation."""
    side = 4 * LAG + 4
    spread = np.zeros((side, side))
    spread[: len(correlation), : len(correlation)] = correlation
    power = np.maximum(np.fft.fft2(np.roll(spread, (-LAG, -LAG), (0, 1))).real, 0)
    squared = np.fft.fftfreq(side)[:, None] ** 2 + np.fft.fftfreq(side)[None] ** 2
    passed = (1 - np.exp(-2 * (np.pi * SIGMA) ** 2 * squared)) ** 2  # share of the power that is detail
    whole = power / np.maximum(passed, LEAST_PASSED)
    kernel = np.fft.ifft2(np.sqrt(whole / (whole * passed).mean())).real
    kernel = np.roll(kernel, (side // 2, side // 2), (0, 1))[1:, 1:].astype(np.float32)
    white = np.random.default_rng(seed).standard_normal((*shape, 3), np.float32)
    return cv2.filter2D(white, -1, kernel, borderType=cv2.BORDER_REFLECT)
