"""The verdict on a filling: how likely each kind of failure is, and whether anybody would notice anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from operators.verify.views import SeamView

FAILURES = ("ghost", "halo", "colour_drift", "texture", "structure")


@dataclass(frozen=True)
class Verdict:
    """failures: by each of FAILURES its calibrated probability, 0..1. risk: 0..1, that anything is wrong at all."""

    failures: dict[str, float]
    risk: float

    @property
    def worst(self) -> str:
        """The likeliest failure; of equals the first of FAILURES."""
        return max(FAILURES, key=lambda name: self.failures[name])


class Verifier(Protocol):
    """Judges composites from what can be seen of them: never from what was under the hole."""

    def judge(self, views: Sequence[SeamView]) -> list[Verdict]:
        """One verdict a view. It depends on its own view alone: on a CPU to the bit, whatever shares the call."""
        ...


def worst_of(verdicts: Iterable[Verdict]) -> Verdict:
    """Of the views of one hole: by failure, and in risk, the largest. Raises ValueError when there are none."""
    found = list(verdicts)
    if not found:
        raise ValueError("no view of the hole was judged: its band lies outside the picture")
    failures = {name: max(v.failures[name] for v in found) for name in FAILURES}
    return Verdict(failures, max(v.risk for v in found))
