"""Rows → means with 95% bootstrap intervals, over all pairs and per kind of overlay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from pipelines.evaluation.measures import BY_NAME, MEASURES
from pipelines.evaluation.methods import LABELS
from pipelines.evaluation.row import Row

ROUNDS = 1000  # resamplings
AT_ONCE = 2_000_000  # drawn values held in memory
OWN = ("found", "hole_coverage", "hole_size", "alpha_mae")


@dataclass(frozen=True)
class Mean:
    """low, high: 95% bootstrap interval of the mean over `count` pictures."""

    mean: float
    low: float
    high: float
    count: int


@dataclass(frozen=True)
class Group:
    """methods: by method and measure; own: by name. None where no picture has a value."""

    pairs: int
    methods: dict[str, dict[str, Mean | None]]
    own: dict[str, Mean | None]

    def mean(self, method: str, measure: str) -> float | None:
        found = self.methods.get(method, {}).get(measure)
        return found.mean if found else None

    def own_mean(self, name: str) -> float | None:
        found = self.own.get(name)
        return found.mean if found else None

    def plain(self) -> dict[str, Any]:
        return asdict(self)


def mean_of(values: Sequence[float | None], seed: int = 0) -> Mean | None:
    """The mean of the values that there are. The same values and seed give the same interval."""
    there = np.array([value for value in values if value is not None], np.float64)
    if not there.size:
        return None
    rng, count = np.random.default_rng(seed), len(there)
    each = max(1, AT_ONCE // count)
    means = np.concatenate([there[rng.integers(0, count, (min(each, ROUNDS - done), count))].mean(1)
                            for done in range(0, ROUNDS, each)])
    mean, low, high = (round(float(v), 6) for v in (there.mean(), *np.quantile(means, (0.025, 0.975))))
    return Mean(mean, low, high, count)


def grouped(rows: Sequence[Row], seed: int = 0) -> Group:
    """Of the rows that were measured. The gradient ratio counts by its size: a smear does not make up for an edge."""
    good = [row for row in rows if not row.problem]
    methods = {method: {measure.name: mean_of([_sized(row, measure.name, method) for row in good], seed)
                        for measure in MEASURES} for method in LABELS}
    return Group(len(good), methods, {name: mean_of([row.own[name] for row in good], seed) for name in OWN})


def by_kind(rows: Sequence[Row], seed: int = 0) -> dict[str, Group]:
    """A group for each kind, by name; empty when no row has a kind."""
    kinds = sorted({row.kind for row in rows if row.kind})
    return {kind: grouped([row for row in rows if row.kind == kind], seed) for kind in kinds}


def _sized(row: Row, measure: str, method: str) -> float | None:
    value = row.value(measure, method)
    return abs(value) if value is not None and BY_NAME[measure].better == "zero" else value
