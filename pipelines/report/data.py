"""What the page shows: everything the template reads, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.report.checks import Check
from pipelines.review.limits import Limits


@dataclass(frozen=True)
class RegionView:
    """One region of a case. quad: four (x, y) pixels of the upright image. severity: how far its worst score is
    along the way to its check's threshold, >= 1 past it. checks: sentences for the checks it does not pass. path:
    through the gate."""

    quad: tuple[tuple[float, float], ...]
    kind: str
    confidence: float
    route: str
    reason: str
    generator: str
    scores: Mapping[str, float] = field(default_factory=dict)
    features: Mapping[str, float] = field(default_factory=dict)
    severity: float = 0.0
    checks: tuple[str, ...] = ()
    path: tuple[str, ...] = ()

    @property
    def risk(self) -> float | None:
        """Of the verifier, after all remedies; None when it did not look."""
        return self.scores.get("risk")


@dataclass(frozen=True)
class Case:
    """One picture of the gallery. before, after: encoded pictures, None when there is none to show.
    hole_png: which pixels are synthetic, 255 = synthetic; None: the page shows the difference of before and after."""

    key: str
    status: str
    name: str = ""
    source: str = ""
    reason: str = ""
    error_class: str = ""
    error_message: str = ""
    verdict: str = ""
    doubt: str = ""
    stage: str = ""
    format: str = ""
    width: int = 0
    height: int = 0
    regions: tuple[RegionView, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    measures: Mapping[str, float] = field(default_factory=dict)
    before: bytes | None = None
    after: bytes | None = None
    hole_png: bytes | None = None
    missing: str = ""  # why before or after is None

    @property
    def severity(self) -> float:
        return max((r.severity for r in self.regions), default=0.0)

    @property
    def risk(self) -> float | None:
        """The largest of its regions; None when the verifier looked at none."""
        return max((r.risk for r in self.regions if r.risk is not None), default=None)

    @property
    def checked(self) -> bool:
        """Whether a region asks to be looked at."""
        return any(r.checks for r in self.regions)

    @property
    def confidence(self) -> float:
        """Of the least certain region that was filled; 1 without one."""
        return min((r.confidence for r in self.regions if r.route != "keep"), default=1.0)


@dataclass(frozen=True)
class Failure:
    """One row of the failures table. status: kept (original bytes) or failed (no picture)."""

    key: str
    status: str
    error_class: str
    error_message: str
    stage: str
    advice: str


@dataclass(frozen=True)
class Spread:
    """Values of one score over the regions of the job: all `count` of them, or an even part. over: how many of all do
    not pass `check`, the score's own."""

    name: str
    values: tuple[float, ...]
    count: int
    over: int = 0
    check: Check | None = None


@dataclass(frozen=True)
class ReportData:
    """summary: as in OUT/summary.json. recipe: the YAML in full. checked: images of the whole job with a region past
    a check. policy: how the cases were chosen, in one sentence. limits: of the verdicts. worklist: where it lies, seen
    from the page; empty when there is none."""

    title: str
    summary: Mapping[str, object]
    recipe: str
    cases: tuple[Case, ...] = ()
    failures: tuple[Failure, ...] = ()
    failure_count: int = 0
    spreads: tuple[Spread, ...] = ()
    checked: int = 0
    policy: str = ""
    limits: Limits = Limits()
    worklist: str = ""

    @property
    def judged(self) -> bool:
        """Whether the verifier gave verdicts."""
        return bool(self.summary.get("verdicts"))
