"""The cases as plain values for the page's script."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from cluster.sinks.gate import PASSED
from operators.verify.verdict import FAILURES
from pipelines.report.checks import CHECKS
from pipelines.report.data import Case, RegionView
from pipelines.report.pictures import CasePictures
from pipelines.tally import VERDICTS

MAX_REGIONS = 60  # of one case: a tiled mark can have hundreds


def case_entry(case: Case, views: CasePictures) -> dict[str, Any]:
    """What the viewer and the inspector read. All numbers are finite, or text."""
    shown = sorted(range(len(case.regions)), key=lambda i: -case.regions[i].severity)[:MAX_REGIONS]
    regions = [case.regions[i] for i in sorted(shown)]
    worst = max(range(len(regions)), key=lambda i: regions[i].severity, default=0)
    return {
        "key": case.key, "name": case.name, "status": case.status, "reason": case.reason,
        "error_class": case.error_class, "error_message": case.error_message, "format": case.format,
        "width": case.width, "height": case.height, "severity": _number(case.severity),
        "confidence": _number(case.confidence), "total": _number(sum(case.seconds.values())),
        "verdict": case.verdict, "doubt": case.doubt,
        "checks": sum(bool(r.checks) for r in case.regions),
        "routes": sorted({r.route for r in case.regions if r.route}),
        "searchable": f"{case.key}\n{case.name}\n{case.reason}\n{case.error_class} {case.error_message}".lower(),
        "seconds": _numbers(case.seconds), "measures": _numbers(case.measures),
        "regions": [_region(r) for r in regions], "region_count": len(case.regions), "worst": worst,
        "pictures": {
            "before": views.before, "after": views.after, "hole": views.hole, "width": views.width,
            "height": views.height, "changed": views.changed, "missing": views.missing,
        },
    }


def options(entries: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, list[str]]]:
    """(id, label, values) of the filters that have more than one value to choose from."""
    values = [
        ("status", "Status", {e["status"] for e in entries}),
        ("verdict", "Verdict", {e["verdict"] for e in entries if e["verdict"]}),
        ("route", "Route", {route for e in entries for route in e["routes"]}),
        ("format", "Format", {e["format"] for e in entries if e["format"]}),
    ]
    return [(name, label, _ordered(found)) for name, label, found in values if len(found) > 1]


def _ordered(found: set[str]) -> list[str]:
    """Verdicts from good to bad, other names by letter."""
    return sorted(found, key=lambda value: (VERDICTS.index(value) if value in VERDICTS else 0, value))


def _region(region: RegionView) -> dict[str, Any]:
    return {
        "quad": [[round(x, 1), round(y, 1)] for x, y in region.quad], "kind": region.kind, "route": region.route,
        "reason": region.reason, "generator": region.generator, "confidence": _number(region.confidence),
        "path": list(region.path), "scores": _numbers(_seam(region.scores)), "features": _numbers(region.features),
        "checks": list(region.checks), "verdict": _verdict(region), "over": _over(region),
    }


def _over(region: RegionView) -> dict[str, bool]:
    """Scores past their threshold. The verifier has weighed them all, so where it looked none stands out."""
    if region.risk is not None:
        return {}
    scores = region.scores
    return {c.score: True for c in CHECKS if c.score in scores and c.severity(scores[c.score]) > 1}


def _seam(scores: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in scores.items() if name != "risk" and not name.startswith("risk_")}


def _verdict(region: RegionView) -> dict[str, Any] | None:
    """What the verifier said: risk before the gate and in the end, and each failure. None when it did not look."""
    if region.risk is None:
        return None
    return {
        "risk": _number(region.risk), "first": _number(region.scores.get("risk_first", region.risk)),
        "passed": bool(region.path) and region.path[-1] == PASSED,
        "failures": _numbers({name: region.scores[f"risk_{name}"] for name in FAILURES
                              if f"risk_{name}" in region.scores}),
    }


def _numbers(values: Mapping[str, float]) -> dict[str, float | str]:
    return {name: _number(value) for name, value in values.items()}


def _number(value: float) -> float | str:
    return float(f"{value:.5g}") if math.isfinite(value) else str(value)
