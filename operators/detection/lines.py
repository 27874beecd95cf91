"""Pieces of one line of writing, joined: detectors find words, or break a line at wide gaps."""

from __future__ import annotations

import numpy as np

from operators.detection.cores import Box, in_page_order
from operators.detection.quads import sides, smallest_rectangle

MOST_GAP = 0.9  # all as shares of the line's height
MOST_OFFSET = 0.3
MOST_HEIGHT_RATIO = 1.5
MOST_TURN = 8.0  # degrees


def join_lines(boxes: list[Box]) -> list[Box]:
    """Join boxes that lie on one line: like height and direction, and a gap narrower than a letter or two."""
    parent = list(range(len(boxes)))
    for i in range(len(boxes)):
        for j in range(i):
            if on_one_line(boxes[i].quad, boxes[j].quad):
                parent[_root(parent, i)] = _root(parent, j)
    groups: dict[int, list[Box]] = {}
    for i, box in enumerate(boxes):
        groups.setdefault(_root(parent, i), []).append(box)
    return in_page_order([_joined(group) for group in groups.values()])


def on_one_line(a: np.ndarray, b: np.ndarray, most_gap: float = MOST_GAP) -> bool:
    """Whether two quads are neighbours on one line of writing, no farther apart than `most_gap` of its height."""
    (wide_a, high_a), (wide_b, high_b) = sides(a), sides(b)
    height = min(high_a, high_b)
    if max(high_a, high_b) > MOST_HEIGHT_RATIO * height:
        return False
    along = (a if wide_a >= wide_b else b)[1] - (a if wide_a >= wide_b else b)[0]
    along = along / max(float(np.hypot(*along)), 1e-6)
    if min(wide_a / high_a, wide_b / high_b) > 1.5 and _turn(a, b) > MOST_TURN:
        return False
    apart = b.mean(0) - a.mean(0)
    offset = abs(float(along[0] * apart[1] - along[1] * apart[0]))
    (a0, a1), (b0, b1) = ((float((q @ along).min()), float((q @ along).max())) for q in (a, b))
    return offset < MOST_OFFSET * height and max(a0, b0) - min(a1, b1) < most_gap * height


def _turn(a: np.ndarray, b: np.ndarray) -> float:
    one, two = a[1] - a[0], b[1] - b[0]
    cosine = float(one @ two) / max(float(np.hypot(*one) * np.hypot(*two)), 1e-6)
    return float(np.degrees(np.arccos(np.clip(abs(cosine), 0, 1))))


def _joined(group: list[Box]) -> Box:
    if len(group) == 1:
        return group[0]
    areas = np.array([box.area for box in group])
    confidence = float(np.array([box.confidence for box in group]) @ areas / areas.sum())
    return Box(smallest_rectangle(np.concatenate([box.quad for box in group])), confidence, float(areas.sum()))


def _root(parent: list[int], i: int) -> int:
    while parent[i] != i:
        i = parent[i]
    return i
