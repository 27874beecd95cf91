"""How a score is spread over the regions of a job."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median
from typing import Any

from pipelines.report.charts import histogram
from pipelines.report.checks import CHECKS, Check
from pipelines.report.data import Spread

KEPT = 20_000  # values of one score held for its drawing


class SpreadCollector:
    """Takes the scores of every region and keeps a bounded, evenly spaced part of each for the drawing.

    checks: whose limits are counted. hidden: scores whose names begin so are left out.
    """

    def __init__(self, checks: Sequence[Check] = CHECKS, hidden: str = "risk_") -> None:
        self._checks, self._hidden = {check.score: check for check in checks}, hidden
        self._values: dict[str, list[float]] = {}
        self._stride: dict[str, int] = {}
        self._count: dict[str, int] = {}
        self._over: dict[str, int] = {}

    def add(self, name: str, value: float) -> None:
        """NaN, a score that could not be taken, does not count."""
        if math.isnan(value) or name.startswith(self._hidden):
            return
        seen = self._count.get(name, 0)
        self._count[name] = seen + 1
        check = self._checks.get(name)
        self._over[name] = self._over.get(name, 0) + (check is not None and check.severity(value) > 1)
        if seen % self._stride.setdefault(name, 1) == 0:
            kept = self._values.setdefault(name, [])
            kept.append(value)
            if len(kept) > KEPT:
                self._values[name], self._stride[name] = kept[::2], self._stride[name] * 2

    def spreads(self) -> tuple[Spread, ...]:
        """Scores with a check first, then by name."""
        names = sorted(self._values, key=lambda name: (name not in self._checks, name))
        return tuple(Spread(name, tuple(self._values[name]), self._count[name], self._over[name],
                            self._checks.get(name)) for name in names)


def spread_rows(spreads: Sequence[Spread]) -> list[dict[str, Any]]:
    """What the template shows of each."""
    return [_row(spread) for spread in spreads if spread.values]


def _row(spread: Spread) -> dict[str, Any]:
    check = spread.check
    drawn = histogram(spread.values, check.limits if check else ())
    return {
        "name": spread.name, "median": f"{median(spread.values):.3g}", "count": spread.count, "over": spread.over,
        "rule": check.rule() if check else "", "low": drawn.low, "high": drawn.high, "svg": drawn.svg,
        "sampled": len(spread.values) if len(spread.values) < spread.count else 0,
    }
