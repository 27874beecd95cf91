"""What is to be looked at in a picture that did not pass: rejected fillings, and what may be overlay and was left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cluster.sinks.gate import FAILED
from operators.verify.verdict import FAILURES

LEFT_IN_PLACE = "overlay left"  # the kind of a concern about a region that nothing was done to
DOUBTFUL = ("review", "fail")  # verdicts of pictures that somebody should look at
LEFT_ROUTES = ("", "keep")  # no route: the whole picture was left before its regions got one


@dataclass(frozen=True)
class Concern:
    """About one region. index: of the region in its picture. kind: a failure of `FAILURES`, or LEFT_IN_PLACE. weight:
    0..1, the worse the larger: of a filling its risk, of what was left the confidence that it is overlay."""

    index: int
    kind: str
    weight: float

    @property
    def rejected(self) -> bool:
        """Whether it is about a filling."""
        return self.kind != LEFT_IN_PLACE


def concerns(notes: Sequence[Mapping[str, Any]], max_doubt: float) -> Iterator[Concern]:
    """Of a picture with a verdict. notes: its regions as in the rows. max_doubt: `verify.max_doubt` of the recipe."""
    for index, note in enumerate(notes):
        path, risk = note.get("path") or [], note["scores"].get("risk")
        if path and path[-1] == FAILED:
            yield Concern(index, likeliest(note["scores"]), float(risk or 0.0))
        elif may_be_overlay(note) and (note["confidence"] or 0.0) > max_doubt:
            yield Concern(index, LEFT_IN_PLACE, float(note["confidence"]))


def may_be_overlay(note: Mapping[str, Any]) -> bool:
    """Whether the region was left as it was, and not because it belongs to the scene."""
    return note["route"] in LEFT_ROUTES and note["kind"] != "scene"


def likeliest(scores: Mapping[str, float | None]) -> str:
    """The failure with the highest probability, the first of equals; "unknown" without any."""
    found = {name: scores[f"risk_{name}"] or 0.0 for name in FAILURES if f"risk_{name}" in scores}
    return max(found, key=found.__getitem__, default="unknown")
