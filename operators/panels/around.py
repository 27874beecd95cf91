"""The panel behind one line of text: four edges across which everything is blended with one colour by one share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from operators.panels.blend import Blend, fitted
from operators.panels.lines import Neighbour
from operators.panels.plane import Plane
from operators.panels.sides import DEEPER, LAG, Pairs, blended_at, pairs, places

ABOVE, BESIDE, BELOW = 1.2, 2.0, 1.2  # heights of the line in which a side is looked for
WITHIN = 0.45  # and how far inside the line's box it may lie: detectors cut lines wide
INNER = 0.3  # heights of the line by which what lies along a side is shorter than the box
STEP = 0.03  # of full scale, that every side must differ by
EXPLAINED, FLOOR = 0.2, 0.012  # share of it that the blend may leave, and what compression adds
MOSTLY, EXPLAINED_MOSTLY = 0.8, 0.4  # of the pairs so many must be so well explained: there are no gaps in an edge
HELD, EXPLAINED_DEEPER = 0.3, 0.5  # of the pairs further away so many must be so well explained, on half of the sides:
# there are letters too, but beside a thin line there is nothing that is
INSET = 3  # px of a side's ends that corners may have rounded off
PAIRS, LEAST_PAIRS = 60, 8  # of a side: all sides count the same


@dataclass(frozen=True)
class Edges:
    """Px of a plane. shared: the lines whose panels it meets above and below; there is no edge to see there."""

    left: int
    top: int
    right: int
    bottom: int
    shared: tuple[Neighbour | None, Neighbour | None] = (None, None)


@dataclass(frozen=True)
class Found:
    """inside, outside: float32 (N, 3), pairs across the sides that can be seen. unexplained: of the step across the
    side that is explained worst, the share that its blend leaves."""

    plane: Plane
    edges: Edges
    inside: np.ndarray
    outside: np.ndarray
    unexplained: float

    @property
    def meets(self) -> set[int]:
        """Numbers of the lines whose panels it meets."""
        return {one.index for one in self.edges.shared if one is not None}

    @property
    def rank(self) -> tuple[int, float]:
        """Edges that can be seen count first, then how well the worst of them is explained."""
        return -len(self.meets), -self.unexplained


def around(plane: Plane, beside: tuple[Neighbour | None, Neighbour | None]) -> Found | None:
    """The edges of the panel of the plane's line that are explained best."""
    found = [one for edges in _candidates(plane, beside) if (one := _checked(plane, edges)) is not None]
    return max(found, key=lambda one: one.rank, default=None)


def _candidates(plane: Plane, beside: tuple[Neighbour | None, Neighbour | None]) -> Iterator[Edges]:
    """The long sides first: what explains both says where the short ones are, of which letters have likenesses."""
    near, inner = round(WITHIN * plane.height), round(INNER * plane.height)
    columns = range(plane.left + inner, plane.right - inner)
    high = range(plane.top - round(ABOVE * plane.height), plane.top + near)
    low = range(plane.bottom - near, plane.bottom + round(BELOW * plane.height))
    above, below = beside
    tops, bottoms = places(plane.view, plane.valid, high, columns, 1), places(plane.view, plane.valid, low, columns, -1)
    for (top, over), (bottom, under) in product(_or_shared(tops, above), _or_shared(bottoms, below)):
        if over is not None and under is not None:
            continue  # nothing of its long sides can be seen
        whole = Edges(columns.start - INSET, top, columns.stop + INSET, bottom, (over, under))
        blend = _explained(_long_sides(plane, whole))
        if blend is None or bottom - top < LEAST_PAIRS:
            continue
        for left, right in product(*_ends(plane, blend, top, bottom, near)):
            yield Edges(left, top, right, bottom, (over, under))


def _or_shared(rows: list[int], beside: Neighbour | None) -> list[tuple[int, Neighbour | None]]:
    return [*((row, None) for row in rows), *([(beside.edge, beside)] if beside else [])]


def _ends(plane: Plane, blend: Blend, top: int, bottom: int, near: int) -> tuple[list[int], list[int]]:
    """Columns where a panel between these rows may begin, and end."""
    far = round(BESIDE * plane.height)
    view, valid = plane.view[top + INSET : bottom - INSET], plane.valid[top + INSET : bottom - INSET]
    turned = view.transpose(1, 0, 2), valid.T
    lefts, rights = np.arange(plane.left - far, plane.left + near), np.arange(plane.right - near, plane.right + far)
    return blended_at(*turned, lefts, 1, blend, STEP), blended_at(*turned, rights, -1, blend, STEP)


def _explained(sides: Sequence[Pairs]) -> Blend | None:
    """The blend that explains all of them, None without one."""
    if any(side.valid.sum() < LEAST_PAIRS for side in sides):
        return None
    inside, outside = _pooled(sides)
    blend = fitted(inside[None], outside[None], np.ones((1, len(inside)), bool))
    for side in sides:
        step, left = (float(np.median(error[side.valid])) for error in (side.steps(), side.left(blend)))
        if step < STEP or left > EXPLAINED * step + FLOOR:
            return None
    return blend


def _checked(plane: Plane, edges: Edges) -> Found | None:
    """None unless one blend explains every side."""
    sides = [*_long_sides(plane, edges), *_short_sides(plane, edges)]
    blend = _explained(sides)
    if blend is None:
        return None
    steps = [float(np.median(side.steps()[side.valid])) for side in sides]
    if not all(_held(side, blend, MOSTLY, EXPLAINED_MOSTLY * step) for side, step in zip(sides, steps, strict=True)):
        return None
    further = [*_long_sides(plane, edges, LAG + DEEPER), *_short_sides(plane, edges, LAG + DEEPER)]
    held = sum(_held(side, blend, HELD, EXPLAINED_DEEPER * step) for side, step in zip(further, steps, strict=True))
    if 2 * held < len(sides):
        return None
    left = [float(np.median(side.left(blend)[side.valid])) / step for side, step in zip(sides, steps, strict=True)]
    return Found(plane, edges, *_pooled(sides), max(left))


def _held(side: Pairs, blend: Blend, share: float, error: float) -> bool:
    """Whether so large a share of the pairs, if there are any, is explained to within so much."""
    return not side.valid.any() or bool(np.quantile(side.left(blend)[side.valid], share) <= error + FLOOR)


def _long_sides(plane: Plane, edges: Edges, lag: int = LAG) -> list[Pairs]:
    """Across the upper and the lower edge, as far as they can be seen."""
    span = slice(edges.left + INSET, max(edges.right - INSET, edges.left + INSET))
    ways = [(edges.top, 1)] * (edges.shared[0] is None) + [(edges.bottom, -1)] * (edges.shared[1] is None)
    return [pairs(plane.view[:, span], plane.valid[:, span], np.array([at]), inward, lag) for at, inward in ways]


def _short_sides(plane: Plane, edges: Edges, lag: int = LAG) -> list[Pairs]:
    span = slice(edges.top + INSET, max(edges.bottom - INSET, edges.top + INSET))
    view, valid = plane.view[span].transpose(1, 0, 2), plane.valid[span].T
    return [pairs(view, valid, np.array([at]), inward, lag) for at, inward in ((edges.left, 1), (edges.right, -1))]


def _pooled(sides: Sequence[Pairs]) -> tuple[np.ndarray, np.ndarray]:
    """Inside and outside, float32 (N, 3) each, of all sides."""
    inside, outside = (np.concatenate([_even(getattr(side, name)[0], side.valid[0]) for side in sides])
                       for name in ("inside", "outside"))
    return inside, outside


def _even(values: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """PAIRS of the valid ones, evenly, all where there are fewer."""
    kept = values[valid]
    return kept[np.linspace(0, len(kept) - 1, min(PAIRS, len(kept))).astype(int)]
