"""What is on record about one pair: a row of evaluation.json."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from pipelines.evaluation.measures import Values
from pipelines.evaluation.methods import BASELINES, OURS, UNCHANGED


@dataclass
class Row:
    """problem: why nothing was measured, "" for a good pair.

    found: 1 when at least 70% of the overlay (its alpha, else its mask) lies in our hole, else 0. hole_coverage: share
    of the mask in it. hole_size: pixels of the hole for one of the mask. alpha_mae: mean error of the estimated alpha
    where the true one is not 0. All four are None where there is nothing to find or no truth.
    regions: quad, confidence, kind, route, reason, generator. methods: by method, the measures by name.
    """

    key: str
    kind: str = ""
    problem: str = ""
    width: int = 0
    height: int = 0
    mask_source: str = ""
    mask_share: float = 0.0
    status: str = ""
    reason: str = ""
    seconds: float = 0.0
    own: Values = field(default_factory=dict)
    regions: list[dict[str, Any]] = field(default_factory=list)
    methods: dict[str, Values] = field(default_factory=dict)

    def value(self, measure: str, method: str = OURS) -> float | None:
        return self.methods.get(method, {}).get(measure)

    @property
    def best_baseline(self) -> str:
        """The baseline with the highest PSNR in the mask; the first one where there is none."""
        return max(BASELINES, key=lambda name: self.value("psnr_mask", name) or 0.0)

    @property
    def lead(self) -> float | None:
        """dB of PSNR in the mask by which ours is better than the best baseline."""
        return _difference(self.value("psnr_mask"), self.value("psnr_mask", self.best_baseline))

    @property
    def gain(self) -> float | None:
        """dB of PSNR in the mask by which ours is better than the unchanged input."""
        return _difference(self.value("psnr_mask"), self.value("psnr_mask", UNCHANGED))

    def plain(self) -> dict[str, Any]:
        """For JSON: a pair that was not measured is its key and its problem."""
        return {"key": self.key, "problem": self.problem} if self.problem else asdict(self)


def _difference(one: float | None, two: float | None) -> float | None:
    return None if one is None or two is None else round(one - two, 6)
