"""What the page shows, read back from a job's output and its input."""

from __future__ import annotations

import json
import math
import tarfile
from collections.abc import Iterator, Mapping
from typing import Any

from cluster.outputs import read_hole, read_original, read_result, read_rows
from cluster.plan import Plan
from cluster.storage import Storage
from pipelines.report.advice import advice
from pipelines.report.checks import CHECKS, failed_checks, severity
from pipelines.report.data import Case, Failure, RegionView, ReportData
from pipelines.report.judgement import judged_checks, judged_severity, risk_check
from pipelines.report.sampling import Sampler
from pipelines.report.spreads import SpreadCollector
from pipelines.review import WORKLIST
from pipelines.review.limits import Limits

MAX_FAILURES = 1000
TEXTS = ("name", "source", "reason", "error_class", "error_message", "stage", "verdict", "doubt", "format")
BATCH = 1000  # rows that are Python objects at a time


def collect(out: str, *, samples: int, seed: int = 0) -> ReportData:
    """Read everything the page needs. Raises `FileNotFoundError` when OUT has no summary, plan or rows."""
    storage = Storage(out)
    summary = json.loads(storage.read("summary.json"))
    recipe = storage.read("_recipe.yaml").decode()
    limits = Limits.of(recipe)
    survey = _Survey(Sampler(samples, seed), limits, judged=bool(summary.get("verdicts")))
    for row in _rows(out):
        survey.add(row)
    chosen = survey.sampler.chosen()
    plan = Plan.load(out)
    return ReportData(
        title=out, summary=summary, recipe=recipe,
        cases=tuple(_case(out, plan, row, limits) for row in chosen), failures=tuple(survey.failures),
        failure_count=survey.failure_count, spreads=survey.spreads.spreads(), checked=survey.checked,
        policy=survey.sampler.policy(len(chosen), survey.images), limits=limits,
        worklist=f"../{WORKLIST}" if storage.exists(WORKLIST) else "",
    )


class _Survey:
    """One pass over all rows."""

    def __init__(self, sampler: Sampler, limits: Limits, *, judged: bool) -> None:
        self.sampler, self.limits = sampler, limits
        self.spreads = SpreadCollector((risk_check(limits),) if judged else CHECKS)
        self.failures: list[Failure] = []
        self.failure_count = self.checked = self.images = 0

    def add(self, row: Mapping[str, Any]) -> None:
        self.images += 1
        regions = _regions(row, self.limits)
        for region in regions:
            for name, value in region.scores.items():
                self.spreads.add(name, value)
        self.checked += any(region.checks for region in regions)
        worst = max((region.severity for region in regions), default=0.0)
        self.sampler.add(row, worst, {region.route for region in regions if region.route})
        if row["status"] in ("kept", "failed"):
            self.failure_count += 1
            if len(self.failures) < MAX_FAILURES:
                self.failures.append(_failure(row))


def _rows(out: str) -> Iterator[dict[str, Any]]:
    for batch in read_rows(out).to_batches(max_chunksize=BATCH):
        yield from batch.to_pylist()


def _failure(row: Mapping[str, Any]) -> Failure:
    return Failure(row["key"], row["status"], row["error_class"], row["error_message"], row["stage"],
                   advice(row["error_class"], row["status"]))


def _regions(row: Mapping[str, Any], limits: Limits) -> tuple[RegionView, ...]:
    """What the verifier gave a verdict is measured by its limits, the rest by the thresholds of `checks`."""
    notes = json.loads(row["regions"] or "[]")
    if not row["verdict"]:
        return tuple(_region(note, *_unjudged(note)) for note in notes)
    found = judged_checks(notes, limits)
    return tuple(_region(note, judged_severity(note, limits), found.get(i, ())) for i, note in enumerate(notes))


def _unjudged(note: Mapping[str, Any]) -> tuple[float, tuple[str, ...]]:
    scores, confidence = _numbers(note["scores"]), _number(note["confidence"])
    return (severity(note["route"], confidence, scores),
            failed_checks(note["route"], confidence, note["reason"], scores))


def _region(note: Mapping[str, Any], severity: float, checks: tuple[str, ...]) -> RegionView:
    return RegionView(
        quad=tuple((float(x), float(y)) for x, y in note["quad"]), kind=note["kind"],
        confidence=_number(note["confidence"]), route=note["route"], reason=note["reason"],
        generator=note["generator"], path=tuple(note.get("path") or ()), scores=_numbers(note["scores"]),
        features=_numbers(note["features"]), severity=severity, checks=checks,
    )


def _case(out: str, plan: Plan, row: Mapping[str, Any], limits: Limits) -> Case:
    own = {name: row[name] or "" for name in TEXTS}
    before, after, hole, missing = _pictures(out, plan, dict(row))
    return Case(
        key=row["key"], status=row["status"], **own, width=row["width"] or 0, height=row["height"] or 0,
        regions=_regions(row, limits), seconds=dict(row["seconds"]), measures=_numbers(dict(row["measures"])),
        before=before, after=after, hole_png=hole, missing=missing,
    )


def _pictures(out: str, plan: Plan, row: dict[str, Any]) -> tuple[bytes | None, bytes | None, bytes | None, str]:
    """Before, after, hole, and why one is missing: the input may have moved since, the page is made nonetheless."""
    missing, before, after, hole = [], None, None, None
    try:
        record = read_original(plan, row["chunk"], row["position"])
        before = record.image or None
        if record.error and row["status"] != "failed":
            missing.append(f"The original could not be read again: {record.error}.")
    except (OSError, ValueError) as error:
        missing.append(f"The original could not be read again: {error}.")
    try:
        after, hole = read_result(out, plan, row), read_hole(out, plan, row)
    except (OSError, ValueError, tarfile.TarError) as error:
        missing.append(f"The result could not be read: {error}.")
    return before, after, hole, " ".join(missing)


def _numbers(values: Mapping[str, Any]) -> dict[str, float]:
    return {name: _number(value) for name, value in values.items()}


def _number(value: float | None) -> float:
    """None stands for NaN in a row: a score that could not be taken."""
    return math.nan if value is None else float(value)
