"""k-means (Lloyd, 1982) from farthest points: no random start, so the same pixels give the same colours."""

from __future__ import annotations

import numpy as np


def kmeans(points: np.ndarray, k: int, rounds: int = 6) -> np.ndarray:
    """points: float32 (n, d), n >= 1. Returns float32 (at most k, d) centres; fewer when there are fewer colours."""
    centres = [points[int(((points - points.mean(0)) ** 2).sum(1).argmax())]]
    distance = ((points - centres[0]) ** 2).sum(1)
    while len(centres) < k and distance.max() > 1e-4:
        centres.append(points[int(distance.argmax())])
        distance = np.minimum(distance, ((points - centres[-1]) ** 2).sum(1))
    found = np.stack(centres)
    for _ in range(rounds):
        label = nearest(points, found)
        weight = np.bincount(label, minlength=len(found))
        sums = np.stack([np.bincount(label, points[:, c], minlength=len(found)) for c in range(points.shape[1])], 1)
        found = np.where(weight[:, None] > 0, sums / np.maximum(weight, 1)[:, None], found).astype(np.float32)
    return found


def nearest(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Index of the nearest centre: float32 (..., d) and (k, d) → int (...)."""
    return (points @ (-2.0 * centres.T) + (centres * centres).sum(1)).argmin(-1)
