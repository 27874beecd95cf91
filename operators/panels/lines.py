"""Which lines of text follow each other closely enough to stand on panels that meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from operators.panels.plane import Plane

GAP = 0.9  # heights of the line between neighbours, at the most
OVERLAP = 0.3  # of the shorter one's length, at the least


@dataclass(frozen=True)
class Neighbour:
    """index: number of a line. edge: row of the plane half way to it."""

    index: int
    edge: int


def neighbours(plane: Plane, quads: Sequence[np.ndarray], own: int) -> tuple[Neighbour | None, Neighbour | None]:
    """The lines next above and below, None without one. quads: float32 (4, 2) each, px of the picture."""
    above: list[Neighbour] = []
    below: list[Neighbour] = []
    for index, quad in enumerate(quads):
        if index == own:
            continue
        low, high = plane.extent(quad)
        if min(high[0], plane.right) - max(low[0], plane.left) < OVERLAP * min(high[0] - low[0],
                                                                               plane.right - plane.left):
            continue
        middle = (low[1] + high[1]) / 2
        if middle < plane.top and plane.top - high[1] < GAP * plane.height:
            above.append(Neighbour(index, round((plane.top + high[1]) / 2)))
        elif middle > plane.bottom and low[1] - plane.bottom < GAP * plane.height:
            below.append(Neighbour(index, round((plane.bottom + low[1]) / 2)))
    return (max(above, key=lambda one: one.edge, default=None), min(below, key=lambda one: one.edge, default=None))
