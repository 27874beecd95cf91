"""Are probabilities what they say? The expected calibration error and its table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Of the probabilities between two edges: how many, their mean, and the share that was true."""

    count: int
    said: float
    true: float


def reliability(probability: np.ndarray, truth: np.ndarray, bins: int = BINS) -> list[Bin]:
    """Equally wide bins, the empty ones left out. probability: float (N,), 0..1. truth: bool (N,)."""
    which = np.minimum((probability * bins).astype(int), bins - 1)
    rows = [which == index for index in range(bins)]
    return [Bin(int(row.sum()), float(probability[row].mean()), float(truth[row].mean())) for row in rows if row.any()]


def calibration_error(probability: np.ndarray, truth: np.ndarray, bins: int = BINS) -> float:
    """Expected calibration error (Naeini, Cooper & Hauskrecht, AAAI 2015): the mean distance of said and true, by the
    number of cases in each bin."""
    rows = reliability(probability, truth, bins)
    return sum(row.count * abs(row.said - row.true) for row in rows) / max(len(truth), 1)
