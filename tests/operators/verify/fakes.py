"""Verifiers whose answers are known beforehand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from operators.verify.verdict import FAILURES, Verdict
from operators.verify.views import SeamView


def verdict(risk: float, failure: str = "texture") -> Verdict:
    return Verdict({name: risk if name == failure else 0.0 for name in FAILURES}, risk)


@dataclass
class Says:
    """The same risk of every view. seen: the views that it was asked about."""

    risk: float = 0.0
    failure: str = "texture"
    seen: list[SeamView] = field(default_factory=list)

    def judge(self, views: Sequence[SeamView]) -> list[Verdict]:
        self.seen += views
        return [verdict(self.risk, self.failure) for _ in views]


@dataclass
class Measures(Says):
    """The risk that a function of rgb and hole gives."""

    of: Callable[[np.ndarray, np.ndarray], float] = lambda rgb, hole: 0.0

    def judge(self, views: Sequence[SeamView]) -> list[Verdict]:
        self.seen += views
        return [verdict(float(np.clip(self.of(v.rgb, v.hole), 0, 1)), self.failure) for v in views]
