"""Colour drift: the step in tone along the hole's edge, carried into the hole and taken back there."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from operators.fill.harmonic import fill_membrane
from operators.measures.depth import depth_of
from operators.measures.smoothing import smoothed
from operators.remedy.wound import Mended, Refill, Wound, within

BAND = 4.0  # px on either side of the edge that are compared
LEAST = 12  # px of edge that say something
LOOK = 2.5  # px, sigma of the means on both sides
ALONG = 10.0  # px, sigma of the robust mean along the edge
ROUNDS = 5
QUANTILES = np.linspace(0.02, 0.98, 25)
MATCH = 0.7  # share of the way that quantiles go
RAMP = 0.35  # of the hole's depth: over so much of it a drift that starts at nothing rises


def retoned(wound: Wound, refill: Refill) -> Iterator[Mended]:
    """Offsets: a plane, one that rises inwards, a membrane, a plane with a gain; last the histogram."""
    del refill
    lab = cv2.cvtColor(np.ascontiguousarray(wound.rgb, np.float32), cv2.COLOR_RGB2LAB)
    depth = depth_of(wound.hole)
    edge = (np.abs(depth) <= 1.0) & (depth > 0)
    inside, outside = _sides(lab, depth)
    if edge.sum() < LEAST or not (depth < 0).any():
        return
    step, ground = inside - outside, outside
    offset, _ = _plane(step, ground, edge, gain=False)
    yield _back(wound, lab - offset)
    yield from _risen(wound, lab, depth)
    yield _back(wound, lab - _membrane(step, edge, wound.hole))
    offset, gain = _plane(step, ground, edge, gain=True)
    yield _back(wound, (lab - offset) / (1 + gain))
    yield _matched(wound, lab, depth)


def _sides(lab: np.ndarray, depth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean Lab of the fill and of the picture near every pixel of the edge, float32 (H, W, 3) each."""
    inside = ((depth > 0) & (depth <= BAND)).astype(np.float32)
    outside = ((depth < 0) & (depth >= -BAND)).astype(np.float32)
    return smoothed(lab, inside, LOOK), smoothed(lab, outside, LOOK)


def _plane(step: np.ndarray, ground: np.ndarray, edge: np.ndarray, gain: bool) -> tuple[np.ndarray, np.ndarray]:
    """The step as a plane over the picture, float32 (H, W, 3), plus a gain (3,) times what is there: the least squares
    of a Cauchy weight, so that an edge of the picture that crosses the hole does not count."""
    ys, xs = np.nonzero(edge)
    rows, columns = (np.linspace(-1, 1, n, dtype=np.float32) for n in edge.shape)
    basis = [np.ones(len(ys), np.float32), rows[ys], columns[xs]]
    offset, gains = np.zeros_like(step), np.zeros(3, np.float32)
    for channel in range(3):
        seen, wanted = ground[ys, xs, channel], step[ys, xs, channel]
        columns_of = np.stack([*basis, seen] if gain else basis, 1)
        ridge = np.array([1e-3, 0.05, 0.05, 20.0][: columns_of.shape[1]], np.float64) * len(ys) / 20
        found = _robust(columns_of, wanted, ridge)
        offset[..., channel] = found[0] + found[1] * rows[:, None] + found[2] * columns[None]
        gains[channel] = np.clip(found[3], -0.4, 0.6) if gain else 0.0
    return offset, gains


def _robust(columns: np.ndarray, wanted: np.ndarray, ridge: np.ndarray) -> np.ndarray:
    """Iteratively reweighted least squares, started at the median."""
    a, b = columns.astype(np.float64), wanted.astype(np.float64)
    rest = b - np.median(b)
    found = np.zeros(a.shape[1])
    for _ in range(ROUNDS):
        scale = 1.5 * np.median(np.abs(rest)) + 0.3
        weight = 1 / (1 + (rest / scale) ** 2)
        found = np.linalg.solve((a * weight[:, None]).T @ a + np.diag(ridge), (a * weight[:, None]).T @ b)
        rest = b - a @ found
    return found


def _membrane(step: np.ndarray, edge: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """The robust mean of the step along the edge, a membrane over the inner hole. Float32 (H, W, 3)."""
    weight = edge.astype(np.float32)
    mean = np.median(step[edge], axis=0).astype(np.float32)
    along = np.broadcast_to(mean, step.shape)
    for _ in range(ROUNDS):
        rest = np.abs(step - along)
        scale = 1.5 * np.median(rest[edge], axis=0) + 0.3
        trust = (1 / (1 + (rest / scale) ** 2)).min(2) * weight
        along = smoothed(np.ascontiguousarray(step), trust, ALONG)
    return fill_membrane(np.where(hole[..., None], along, 0).astype(np.float32), hole & ~edge)


def _matched(wound: Wound, lab: np.ndarray, depth: np.ndarray) -> Mended:
    """The quantiles of the fill near the edge brought towards those of the ring, in Lab."""
    near, ring = (depth > 0) & (depth <= 2 * BAND), (depth < 0) & (depth >= -2 * BAND)
    out = lab.copy()
    for channel in range(3):
        here, there = (np.quantile(lab[part][:, channel], QUANTILES) for part in (near, ring))
        knots = here + 1e-4 * np.arange(len(here))
        out[..., channel] += MATCH * np.interp(lab[..., channel], knots, there - here)
    return _back(wound, out)


def _risen(wound: Wound, lab: np.ndarray, depth: np.ndarray) -> Iterator[Mended]:
    """A drift that the edge does not show, since it rises inwards: the hole's median against the membrane's."""
    way = RAMP * float(depth.max())
    if way < 1.0:
        return
    over = lab - fill_membrane(lab, wound.hole)
    deep = wound.hole & (depth > way)
    shift = np.median(over[deep], axis=0).astype(np.float32)
    yield _back(wound, lab - np.clip((depth + 0.5) / way, 0, 1)[..., None] * shift)


def _back(wound: Wound, lab: np.ndarray) -> Mended:
    bounded = np.clip(lab, (0, -127, -127), (100, 127, 127)).astype(np.float32)
    return within(wound, cv2.cvtColor(bounded, cv2.COLOR_LAB2RGB))
