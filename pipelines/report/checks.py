"""When a region asks to be looked at: explicit thresholds on what its row says. They flag, they decide nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.review.concerns import LEFT_ROUTES

LEFT_CONFIDENCE = 0.6  # a region that was left as it was although the detector is at least that sure


@dataclass(frozen=True)
class Check:
    """A region with a `score` past `threshold` asks to be looked at. two_sided: in either direction from 0."""

    score: str
    threshold: float
    says: str
    two_sided: bool = False

    def severity(self, value: float) -> float:
        """0 is perfect, 1 at the threshold. NaN, a score that could not be taken, is 0."""
        if math.isnan(value):
            return 0.0
        return (abs(value) if self.two_sided else max(0.0, value)) / self.threshold

    @property
    def limits(self) -> tuple[float, ...]:
        return (-self.threshold, self.threshold) if self.two_sided else (self.threshold,)

    def rule(self) -> str:
        """The rule for people: "silhouette above 0.3"."""
        if self.two_sided:
            return f"{self.score} below -{self.threshold:g} or above {self.threshold:g}"
        return f"{self.score} above {self.threshold:g}"


# Each threshold lies near the worst 2 to 5 percent of 788 holes cut from the demo's true masks and filled harmonically.
CHECKS: tuple[Check, ...] = (
    Check("silhouette", 0.15, "the shape of the letters may still be visible"),
    Check("gradient_ratio", 0.8, "the edge of the hole may show, as a line or a smear", two_sided=True),
    Check("high_frequency_ratio", 1.8, "the filling is smoother or rougher than what is around it", two_sided=True),
    Check("colour_drift", 5.0, "the colour jumps at the edge of the hole"),
)


def severity(route: str, confidence: float, scores: Mapping[str, float]) -> float:
    """How far the worst of the checks is along the way to its threshold, >= 1 past it; 0 without any."""
    left = confidence / LEFT_CONFIDENCE if route in LEFT_ROUTES else 0.0
    return max([left, *(c.severity(scores[c.score]) for c in CHECKS if c.score in scores)])


def failed_checks(route: str, confidence: float, reason: str, scores: Mapping[str, float]) -> tuple[str, ...]:
    """A sentence for each check that the region does not pass."""
    stays = route in LEFT_ROUTES and confidence >= LEFT_CONFIDENCE
    left = f"Left in place: {reason or f'nothing was removed, confidence {confidence:.2f}'}."
    return (left,) * stays + tuple(
        f"{c.says[0].upper()}{c.says[1:]} ({c.score} {scores[c.score]:.2f}, threshold {c.threshold:g})."
        for c in CHECKS
        if c.score in scores and c.severity(scores[c.score]) > 1
    )


def rules() -> list[tuple[str, str]]:
    """Every rule for people, and what it suggests."""
    left = (f"left in place, confidence from {LEFT_CONFIDENCE:g}", "what was found is still there")
    return [left, *((c.rule(), c.says) for c in CHECKS)]
