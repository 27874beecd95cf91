"""Which cases the page shows: the worst by each of several measures, so that every sort begins with true examples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipelines.evaluation.crops import Crops
from pipelines.evaluation.measures import BY_NAME
from pipelines.evaluation.row import Row

Badness = Callable[[Row], float]


@dataclass(frozen=True)
class Case:
    row: Row
    crops: Crops


@dataclass(frozen=True)
class Order:
    """A way to sort: larger badness first."""

    name: str
    label: str
    badness: Badness


def _by(measure: str, label: str) -> Order:
    return Order(measure, label, lambda row: BY_NAME[measure].badness(row.value(measure)))


def _least(value: float | None) -> float:
    return float("-inf") if value is None else -value


ORDERS = (
    _by("psnr_mask", "lowest PSNR in mask"),
    Order("lead", "farthest behind the best baseline", lambda row: _least(row.lead)),
    Order("gain", "least gained over the input", lambda row: _least(row.gain)),
    Order("hole_coverage", "least of the mask covered", lambda row: _least(row.own.get("hole_coverage"))),
    _by("ghost", "strongest ghost"),
    _by("gradient_ratio", "strongest edge or smear"),
    _by("colour_drift", "strongest colour drift"),
    _by("residual", "most boxes left"),
    _by("outside_share", "most changed outside"),
)


class Gallery:
    """Holds at most twice as many cases as it will show, whatever the number of pairs."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._cases: list[Case] = []

    def add(self, row: Row, crops: Crops) -> None:
        self._cases.append(Case(row, crops))
        if len(self._cases) > 2 * self.limit:
            self._cases = self.chosen()

    def chosen(self) -> list[Case]:
        """The worst by each order in turn, until the limit; sorted by the first order."""
        ranked = [sorted(self._cases, key=lambda case: (-order.badness(case.row), case.row.key)) for order in ORDERS]
        taken: dict[str, Case] = {}
        for rank in zip(*ranked, strict=True):
            for case in rank:
                if len(taken) < self.limit:
                    taken.setdefault(case.row.key, case)
        first = ORDERS[0]
        return sorted(taken.values(), key=lambda case: (-first.badness(case.row), case.row.key))
