"""Texture mismatch: the filling's detail, octave by octave, brought to the strength that the ring's detail has.

Too smooth: what detail there is amplified (a blurred filling keeps its phases), the rest added as a random-phase
texture (Galerne, Gousseau & Morel, 2011) or as fresh candidates. Too rough: each octave shrunk where it is no stronger
than the excess (the local Wiener filter of Lee, 1980), so that edges stay.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from operators.measures.octaves import LOCAL, SIGMAS, octaves, strengths
from operators.measures.smoothing import blurred
from operators.remedy.regrow import refilled
from operators.remedy.wound import Mended, Refill, Wound, within

WINDOW = 1.5  # px, sigma of the Wiener filter's window
MOST = 8.0  # amplification
OVERS = (1.0, 2.0)  # times the excess that is subtracted: what is left of noise fluctuates and shows
PASSES = 2
CANDIDATES = 2
POWERS = (0.6, 1.0)  # of the ratio that is made up for by amplification
SHARES = (0.5, 1.0)  # of what is missing after it that noise makes up for


def textured(wound: Wound, refill: Refill) -> Iterator[Mended]:
    """Shrunk where too rough; amplified, half and in full, where too smooth; with grain; other candidates."""
    bands = octaves(wound.rgb)[0]
    wanted, found = strengths(wound.hole, bands)
    if not wanted:
        return
    ratios = _ratios(wound.hole, wanted, found)
    if max(ratios) > 0:
        for over in OVERS:
            yield within(wound, _smoother(wound, over))
    if min(ratios) < 0:
        amplified = [within(wound, wound.rgb + _added(bands, wanted, found, power)) for power in POWERS]
        yield from amplified
        yield from (_grained(wound, amplified[-1].rgb, share) for share in SHARES)
    yield from refilled(wound, refill, CANDIDATES)


def _smoother(wound: Wound, over: float) -> np.ndarray:
    """Without what is rougher than the ring; what the first pass leaves goes in the second."""
    rgb = wound.rgb
    for _ in range(PASSES):
        bands = octaves(rgb)[0]
        wanted, found = strengths(wound.hole, bands)
        change = sum(_shrunk(b, w, f, over) - b for b, w, f in zip(bands, wanted, found, strict=True))
        rgb = np.where(wound.hole[..., None], rgb + change, wound.rgb).astype(np.float32)
    return rgb


def _grained(wound: Wound, rgb: np.ndarray, share: float) -> Mended:
    """A share of the energy that is still missing, as noise."""
    bands = octaves(rgb)[0]
    wanted, found = strengths(wound.hole, bands)
    return within(wound, rgb + share * _missing(wound, wanted, found))


def _shrunk(band: np.ndarray, wanted: np.ndarray, found: np.ndarray, over: float) -> np.ndarray:
    """The octave without its excess: strong details stay, weak ones go."""
    ratio = np.clip(wanted / found, 0, 1) ** 2
    power = cv2.GaussianBlur(band * band, (0, 0), WINDOW)
    mean_power = blurred(band * band, LOCAL)
    excess = over * (1 - ratio) * mean_power
    return band * np.clip(1 - excess / np.maximum(power, 1e-9), 0.5 * np.sqrt(ratio), 1.0)


def _added(bands: list[np.ndarray], wanted: list[np.ndarray], found: list[np.ndarray], power: float) -> np.ndarray:
    """What amplification by at most MOST adds."""
    return sum((np.clip(w / f, 1, MOST) ** power - 1) * b for b, w, f in zip(bands, wanted, found, strict=True))


def _missing(wound: Wound, wanted: list[np.ndarray], found: list[np.ndarray]) -> np.ndarray:
    """Noise in every octave, as strong as what is missing there, alike in all channels."""
    noise = np.random.default_rng(wound.seed).standard_normal(wound.hole.shape).astype(np.float32)
    total = np.zeros_like(wound.rgb)
    for band, w, f in zip(octaves(noise[..., None].repeat(3, 2))[0], wanted, found, strict=True):
        lacking = np.sqrt(np.maximum(w**2 - f**2, 0))
        total += band / np.abs(band).mean() * lacking
    return total


def octave_ratios(rgb: np.ndarray, hole: np.ndarray) -> list[float]:
    """Log ratio of the fill's strength to the ring's, by octave, fine to coarse. 0 is as it should be."""
    wanted, found = strengths(hole, octaves(rgb)[0])
    return _ratios(hole, wanted, found) or [0.0] * len(SIGMAS)


def _ratios(hole: np.ndarray, wanted: list[np.ndarray], found: list[np.ndarray]) -> list[float]:
    return [float(np.log(f[hole].mean() / w[hole].mean())) for w, f in zip(wanted, found, strict=True)]
