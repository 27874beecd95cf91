"""A region of a picture that the verifier gave a verdict: how bad it is, and what to say of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from cluster.sinks.gate import FAILED
from pipelines.report.checks import Check
from pipelines.review.concerns import Concern, concerns, may_be_overlay
from pipelines.review.limits import Limits

WORDS = {"ghost": "the shape of the letters is still visible", "halo": "a rim of the overlay is left",
         "colour_drift": "its colour does not fit", "texture": "it is smoother or rougher than what is around it",
         "structure": "lines break off in it", "unknown": "something is wrong with it"}


def judged_severity(note: Mapping[str, Any], limits: Limits) -> float:
    """Risk, or confidence of what was left in place, as a share of its limit: above 1 the picture does not pass."""
    risk = note["scores"].get("risk")
    if risk is not None and not math.isnan(risk):
        own = _share(risk, limits.max_risk)
        return max(own, 1.0) if _failed(note) else own
    return _share(note["confidence"] or 0.0, limits.max_doubt) if may_be_overlay(note) else 0.0


def judged_checks(notes: Sequence[Mapping[str, Any]], limits: Limits) -> dict[int, tuple[str, ...]]:
    """By region, a sentence on why it keeps its picture from passing."""
    return {c.index: (_sentence(c, limits),) for c in concerns(notes, limits.max_doubt)}


def risk_check(limits: Limits) -> Check:
    """The verifier's own limit, as a check on the score `risk`."""
    return Check("risk", limits.max_risk or 1e-9, "somebody would notice the filling")


def _sentence(concern: Concern, limits: Limits) -> str:
    if concern.rejected:
        words = WORDS.get(concern.kind, concern.kind)
        return f"The filling would be noticed: {words} (risk {concern.weight:.2f}, limit {limits.max_risk:g})."
    return f"Left in place, and may be overlay (confidence {concern.weight:.2f}, limit {limits.max_doubt:g})."


def _failed(note: Mapping[str, Any]) -> bool:
    return bool(note.get("path")) and note["path"][-1] == FAILED


def _share(value: float, limit: float) -> float:
    return value / max(limit, 1e-9)
