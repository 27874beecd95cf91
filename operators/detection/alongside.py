"""Lines are taken whole: of a caption whose first words are sure, the last ones are not left standing."""

from __future__ import annotations

from dataclasses import replace

from operators.detection.cores import Box
from operators.detection.lines import on_one_line

LEAST = 0.12  # confidence of its own that a box needs
GAP = 2.0  # of the line's height: the widest space between it and its neighbour


def with_neighbours(boxes: list[Box], sure: float) -> list[Box]:
    """The boxes; those that stand on one line with a box of confidence `sure` or more, or with another that does, are
    as sure. Their own confidence becomes evidence `alone`."""
    taken = {i for i, box in enumerate(boxes) if box.confidence >= sure}
    open_ = {i for i, box in enumerate(boxes) if LEAST <= box.confidence < sure}
    fresh = taken
    while fresh:
        fresh = {i for i in open_ if any(on_one_line(boxes[i].quad, boxes[j].quad, GAP) for j in fresh)}
        open_, taken = open_ - fresh, taken | fresh
    return [replace(box, confidence=sure, evidence=box.evidence | {"alone": box.confidence})
            if i in taken and box.confidence < sure else box for i, box in enumerate(boxes)]
