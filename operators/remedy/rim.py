"""Halos: a rim along the hole's edge that neither the picture beyond it nor the filling within it has."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from operators.fill.harmonic import fill_membrane
from operators.measures.depth import depth_of
from operators.measures.smoothing import smoothed
from operators.remedy.wound import Mended, Refill, Wound, filled_part

RIMS = ((1.0, 4.0), (3.0, 5.0))  # px outside and inside the edge that a rim may cover
ALONG = 12.0  # px, sigma along the edge over which a rim is alike
ROUNDS = 3
FLOOR = 0.01
BINS = 1.0  # px of depth that share a value


def rimless(wound: Wound, refill: Refill) -> Iterator[Mended]:
    """Subtract the rim's profile, then fill it anew: narrow, then wide."""
    depth = depth_of(wound.hole)
    narrow, wide = ((depth > -outer) & (depth <= inner) for outer, inner in RIMS)
    if not narrow.any() or wide.all():
        return
    for rim in (narrow, wide):
        yield _subtracted(wound, depth, rim)
    yield filled_part(wound, narrow, fill_membrane(wound.rgb, narrow))
    for filled in refill(wound.rgb, wide, 1 - wide.astype(np.float32), wound.seed, 1):
        yield filled_part(wound, wide, filled)


def _subtracted(wound: Wound, depth: np.ndarray, rim: np.ndarray) -> Mended:
    """What the rim has at each depth over the membrane across it, as the robust mean along the edge."""
    profile = _profile(wound.rgb - fill_membrane(wound.rgb, rim), depth, rim)
    rgb = np.clip(wound.rgb - profile, 0, 1).astype(np.float32)
    return Mended(rgb, wound.hole | rim, np.maximum(wound.blend, rim.astype(np.float32)))


def _profile(over: np.ndarray, depth: np.ndarray, rim: np.ndarray) -> np.ndarray:
    """Float32 (H, W, 3): the robust mean of `over` along the edge, by depth; 0 beyond the rim."""
    profile = np.zeros_like(over)
    for low in np.arange(np.floor(depth[rim].min()), depth[rim].max() + BINS, BINS):
        ring = rim & (depth > low) & (depth <= low + BINS)
        if ring.any():
            profile[ring] = _along(over, ring)[ring]
    return profile


def _along(over: np.ndarray, ring: np.ndarray) -> np.ndarray:
    """Float32 (H, W, 3): local mean of the ring's pixels, with Cauchy weights."""
    there = ring.astype(np.float32)
    mean = np.broadcast_to(np.median(over[ring], axis=0).astype(np.float32), over.shape)
    for _ in range(ROUNDS):
        rest = np.abs(over - mean)
        scale = 1.5 * np.median(rest[ring], axis=0) + FLOOR
        mean = smoothed(over, there * (1 / (1 + (rest / scale) ** 2)).min(2), ALONG)
    return mean
