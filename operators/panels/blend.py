"""Opacity and colour of a panel from what lies on both sides of its edge: inside = (1 - a) outside + a T.

What lies a few px apart in a picture differs, so a regression of one side on the other would make the panel too dark:
the slope is taken as the ratio of both sides' spreads, which are alike without a panel (reduced major axis, Kermack &
Haldane, 1950). Where the picture hardly varies it says nothing, and the panel is taken for black or white.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ROUNDS = 3
TRIMMED = 3.0  # medians of the error from which a pair counts nothing
FLOOR = 0.01  # of full scale, the same
VARIED = 0.03  # spread of a side from which the ratio says something
PURE = (np.zeros(3), np.ones(3))
PURE_ERROR = 0.02  # of full scale, up to which black or white explains a panel on a flat picture
NEARLY_PURE = 0.1  # up to which another colour is taken for them


@dataclass(frozen=True)
class Blend:
    """inside = slope * outside + shift. slope: (K,). shift: (K, 3). before, after: (K,), medians of |inside - outside|
    and of what the line does not explain of it, of full scale."""

    slope: np.ndarray
    shift: np.ndarray
    before: np.ndarray
    after: np.ndarray


def fitted(inside: np.ndarray, outside: np.ndarray, valid: np.ndarray) -> Blend:
    """K lines at once. inside, outside: float32 (K, N, 3). valid: bool (K, N), pairs that count."""
    weight = valid.astype(np.float32)
    error = np.zeros(weight.shape, np.float32)
    for _ in range(ROUNDS):
        slope, shift = _line(inside, outside, weight)
        error = np.abs(inside - slope[:, None, None] * outside - shift[:, None]).mean(2)
        limit = TRIMMED * median(error, valid) + FLOOR
        weight = (valid & (error <= limit[:, None])).astype(np.float32)
    return Blend(slope, shift, median(np.abs(inside - outside).mean(2), valid), median(error, valid))


def opacity(inside: np.ndarray, outside: np.ndarray) -> tuple[float, np.ndarray]:
    """(a, T): 0..1 and float32 (3,). Pairs, float32 (N, 3), of all sides together. A colour near black or white is
    taken for it. 1 where a flat picture under a coloured panel does not say."""
    one = fitted(inside[None], outside[None], np.ones((1, len(inside)), bool))
    middle, seen = np.median(outside, 0), np.median(inside, 0)
    if np.abs(outside - middle).mean() < VARIED:
        return _on_flat(seen, middle)
    level = float(np.clip(1 - one.slope[0], 1e-3, 1))
    colour = np.clip(one.shift[0] / level, 0, 1).astype(np.float32)
    pure = min(PURE, key=lambda tone: float(np.abs(tone - colour).max()))
    if np.abs(pure - colour).max() > NEARLY_PURE:
        return level, colour
    far = [np.sort(((side - pure) ** 2).sum(1))[: int(0.9 * len(side)) + 1].sum() for side in (inside, outside)]
    return float(np.clip(1 - np.sqrt(far[0] / max(far[1], 1e-9)), 1e-3, 1)), pure.astype(np.float32)


def _on_flat(seen: np.ndarray, middle: np.ndarray) -> tuple[float, np.ndarray]:
    """By the medians, float (3,), of both sides alone."""
    for colour in PURE:
        way = colour - middle
        level = float(np.clip((seen - middle) @ way / max(way @ way, 1e-6), 0, 1))
        if np.abs(middle + level * way - seen).max() < PURE_ERROR:
            return level, colour.astype(np.float32)
    return 1.0, seen.astype(np.float32)


def _line(inside: np.ndarray, outside: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    total = np.maximum(weight.sum(1), 1e-6)[:, None]
    means = [np.einsum("kn,knc->kc", weight, side) / total for side in (inside, outside)]
    spreads = [np.sqrt(np.einsum("kn,knc->k", weight, (side - mean[:, None]) ** 2) / total[:, 0])
               for side, mean in zip((inside, outside), means, strict=True)]
    slope = np.where(spreads[1] > 1e-3, np.minimum(spreads[0] / np.maximum(spreads[1], 1e-6), 1), 0)
    return slope, means[0] - slope[:, None] * means[1]


def median(values: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """Of the valid ones of each row, (K, N) → (K,); 0 without any."""
    ordered, count = np.sort(np.where(valid, values, np.inf), axis=1), valid.sum(1)
    row, last = np.arange(len(values)), np.maximum(count - 1, 0)
    middle = (ordered[row, last // 2] + ordered[row, (last + 1) // 2]) / 2
    return np.where(count > 0, middle, 0)
