"""The few colours a mark is made of."""

from __future__ import annotations

import numpy as np

MOST_COLOURS = 4
GAIN = 0.6  # another colour must leave no more than this share of the spread


def palette(alpha: np.ndarray, added: np.ndarray) -> np.ndarray:
    """float32 (K, 3), K from 1 to 4: colours T around which W / alpha lies.

    alpha: float32 (h, w). added: float32 (h, w, 3), W = alpha T. Weighted k-means (Lloyd, 1982) over the pixels that
    are covered enough to tell, started at the pixel that the colours so far explain worst.
    """
    told = alpha > 0.15 if (alpha > 0.15).sum() >= 8 else alpha > 0.05
    if not told.any():
        return np.ones((1, 3), np.float32)
    colours = np.clip(added[told] / alpha[told][:, None], -0.2, 1.2)
    weights = alpha[told] ** 2
    found = np.average(colours, axis=0, weights=weights)[None]
    while len(found) < MOST_COLOURS:
        off = _off(colours, found) * weights
        more = _settled(np.concatenate([found, colours[off.argmax()][None]]), colours, weights)
        if float((_off(colours, more) * weights).sum()) > GAIN * float(off.sum()):
            break
        found = more
    return found.astype(np.float32)


def _settled(centres: np.ndarray, colours: np.ndarray, weights: np.ndarray, rounds: int = 20) -> np.ndarray:
    for _ in range(rounds):
        nearest = ((colours[:, None] - centres[None]) ** 2).sum(2).argmin(1)
        for k in range(len(centres)):
            mine = nearest == k
            if mine.any():
                centres[k] = np.average(colours[mine], axis=0, weights=weights[mine])
    return centres


def _off(colours: np.ndarray, centres: np.ndarray) -> np.ndarray:
    return ((colours[:, None] - centres[None]) ** 2).sum(2).min(1)
