"""Fillings that do not fit their surroundings: in tone, in texture, in structure."""

from __future__ import annotations

import cv2
import numpy as np

from experiments.training.verifier.visibility import detail_of, needed, soft_inside
from operators.measures.depth import depth_of
from operators.measures.luma import LUMA

DRIFT = (4.0, 15.0)  # units of Lab
_PLACES = 24  # other places that are looked at for one unlike enough


def colour_drift(clean: np.ndarray, alpha: np.ndarray, hole: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A smooth shift of tone, colour or saturation, or a gain, DRIFT in Lab, in all of the hole."""
    del alpha
    lab = cv2.cvtColor(np.ascontiguousarray(clean, np.float32), cv2.COLOR_RGB2LAB)
    least = DRIFT[0] + 0.4 * float(lab[hole][:, 0].std())
    strength = max(float(rng.uniform(*DRIFT)), min(least, DRIFT[1]))
    shift = _shift(lab, hole, rng) * _slope(hole, rng)[..., None]
    shift *= strength / max(float(np.linalg.norm(shift[hole], axis=-1).mean()), 1e-3)
    drifted = cv2.cvtColor(np.clip(lab + shift, (0, -127, -127), (100, 127, 127)).astype(np.float32),
                           cv2.COLOR_LAB2RGB)
    return _inside(clean, drifted, _window(hole, rng))


def texture(clean: np.ndarray, alpha: np.ndarray, hole: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Plastic where there is detail, noise where there is none, or the grain of another place."""
    del alpha
    strength, toss = float(detail_of(clean)[hole].std()), rng.random()
    if strength > 0.02 and toss < 0.5:
        smooth = cv2.GaussianBlur(clean, (0, 0), float(rng.uniform(1.8, 4)))
        return _inside(clean, smooth, soft_inside(hole, rng))
    if toss < 0.75:
        grain = _other_grain(clean, hole, strength, rng)
        if grain is not None:
            coarse = cv2.GaussianBlur(clean, (0, 0), 1.5)
            return _inside(clean, coarse + grain, soft_inside(hole, rng))
    return clean + _noise(hole, strength, rng) * soft_inside(hole, rng)[..., None]


def structure(clean: np.ndarray, alpha: np.ndarray, hole: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What another place shows, in the tone of this one, so that lines do not continue; where every place is alike, an
    edge that ends at the hole."""
    del alpha
    window = soft_inside(hole, rng)
    least = 1.5 * needed(clean, hole) + 0.02
    for _ in range(_PLACES):
        other = _toned(_elsewhere(clean, rng), clean, hole)
        unlike = cv2.GaussianBlur(np.abs(other - clean) @ LUMA, (0, 0), 1.0)
        if float(unlike[hole].mean()) >= least:
            return _inside(clean, other, window)
    return _inside(clean, _edged(clean, hole, least, rng), window)


def _inside(clean: np.ndarray, other: np.ndarray, window: np.ndarray) -> np.ndarray:
    return clean + window[..., None] * (other - clean)


def _shift(lab: np.ndarray, hole: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Float32 (S, S, 3) in Lab, of any length: tone, colour, saturation or gain."""
    kind, sign = int(rng.integers(4)), -1.0 if rng.random() < 0.5 else 1.0
    if kind == 2 and float(np.abs(lab[hole][:, 1:]).mean()) > 12:
        return lab * np.array([0, sign, sign], np.float32)
    if kind == 3 and float(lab[hole][:, 0].mean()) > 20:
        return lab * np.array([sign, 0.3 * sign, 0.3 * sign], np.float32)
    axis = rng.normal(0, (1, 0.25, 0.25) if kind == 0 else (0.3, 1, 1))
    return np.broadcast_to(axis.astype(np.float32), lab.shape).copy()


def _slope(hole: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Float32 (S, S), about 1: how the shift changes over the hole."""
    rows, columns = (x.astype(np.float32) for x in np.indices(hole.shape))
    turn, steep = rng.uniform(0, 2 * np.pi), float(rng.uniform(0, 0.6))
    along = np.cos(turn) * columns + np.sin(turn) * rows
    low, high = float(along[hole].min()), float(along[hole].max())
    return (1 + steep * (2 * (along - low) / max(high - low, 1.0) - 1)).astype(np.float32)


def _window(hole: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Float32 (S, S), 0..1: hard, or rising from the edge inwards over up to half of the way."""
    if rng.random() < 0.5:
        return soft_inside(hole, rng)
    depth = depth_of(hole)
    way = max(float(depth.max()) * float(rng.uniform(0.1, 0.5)), 0.5)
    return (np.clip((depth + 0.5) / way, 0, 1) * hole).astype(np.float32)


def _other_grain(clean: np.ndarray, hole: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray | None:
    """Float32 (S, S, 3): detail of another place, twice as strong as here or half as strong; None if there is none."""
    detail = clean - cv2.GaussianBlur(clean, (0, 0), 1.5)
    for _ in range(_PLACES):
        other = _elsewhere(detail, rng)
        ratio = (float((other @ LUMA)[hole].std()) + 1e-3) / (strength + 1e-3)
        if (ratio > 2 and ratio * strength > 0.02) or (ratio < 0.45 and strength > 0.03):
            return other
    return None


def _noise(hole: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Float32 (S, S, 3): grain, fine or coarse, coloured or not, stronger than the detail that is there."""
    channels = 3 if rng.random() < 0.3 else 1
    grain = rng.normal(0, 1, (*hole.shape, channels)).astype(np.float32)
    if rng.random() < 0.6:
        grain = np.reshape(cv2.GaussianBlur(grain, (0, 0), float(rng.uniform(0.5, 1.3))), grain.shape)
    level = float(rng.uniform(0.02, 0.06)) + 1.2 * strength
    return np.broadcast_to(grain * np.float32(level / max(float(grain.std()), 1e-6)), (*hole.shape, 3))


def _elsewhere(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The picture moved by a quarter to three quarters of its side, perhaps mirrored; what leaves comes in again."""
    side = len(picture)
    moved = picture[:, ::-1] if rng.random() < 0.5 else picture
    moved = moved[::-1] if rng.random() < 0.25 else moved
    return np.roll(moved, tuple(int(rng.integers(side // 4, 3 * side // 4 + 1)) for _ in range(2)), (0, 1))


def _toned(other: np.ndarray, clean: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """`other` with the mean colour that `clean` has in the hole."""
    return np.clip(other + (clean[hole].mean(0) - other[hole].mean(0)), 0, 1)


def _edged(clean: np.ndarray, hole: np.ndarray, least: float, rng: np.random.Generator) -> np.ndarray:
    """A line or a step across the hole that nothing around it continues."""
    rows, columns = np.indices(hole.shape)
    ys, xs = np.nonzero(hole)
    at, turn = int(rng.integers(len(ys))), float(rng.uniform(0, np.pi))
    across = np.cos(turn) * (columns - xs[at]) + np.sin(turn) * (rows - ys[at])
    shape = np.clip(across / 1.5, -1, 1) if rng.random() < 0.6 else np.exp(-((across / rng.uniform(1.5, 5)) ** 2))
    level = max(float(rng.uniform(0.06, 0.2)), 1.5 * least) * (-1 if rng.random() < 0.5 else 1)
    return clean + (level * shape)[..., None].astype(np.float32) * rng.uniform(0.7, 1, 3).astype(np.float32)
