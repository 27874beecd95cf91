"""Views: where the squares lie that cover the wanted pixels of a canvas, and how much each says about a pixel."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from operators.fill.canvas import Canvas
from operators.fill.generator import FillView

MARGIN = 8  # a view's rim of side / MARGIN px is context alone: what it says there is not used
FADE = 8  # neighbours fade into each other over side / FADE px
MOSTLY = 0.6  # share of a view's pixels that may be hole; a larger hole is looked at from farther away


@dataclass(frozen=True)
class Place:
    """Top left pixel of a view on its canvas; negative where the canvas is smaller than the view."""

    x: int
    y: int


def step_for(hole: np.ndarray, side: int) -> int:
    """Px of the picture a px of the view: 1 for strokes, more where the hole is wider than half a view or would take
    more than `MOSTLY` of one. hole: bool (h, w) of one region."""
    reduced = max(max(hole.shape) // 1024, 1)  # only widths are measured: no need to do it at full size
    small = np.pad(hole[::reduced, ::reduced].astype(np.uint8), 1)
    width = 2 * float(cv2.distanceTransform(small, cv2.DIST_L2, 3).max()) * reduced
    step = max(int(np.ceil(width / (side / 2))), 1)
    while _fullest(small, side * step // reduced) > MOSTLY:
        step += 1
    return step


def _fullest(hole: np.ndarray, side: int) -> float:
    """The largest share of hole in any square of that side."""
    share = cv2.boxFilter(hole.astype(np.float32), -1, (max(side, 1),) * 2, borderType=cv2.BORDER_CONSTANT)
    return float(share.max())


def places(wanted: np.ndarray, side: int) -> list[Place]:
    """Squares that cover all wanted pixels, each at least side / MARGIN px from the edges of one of them unless the
    canvas ends there. wanted: bool (H, W)."""
    rows, columns = np.flatnonzero(wanted.any(1)), np.flatnonzero(wanted.any(0))
    if rows.size == 0:
        return []
    height, width = wanted.shape
    found = [Place(x, y) for y in _origins(int(rows[0]), int(rows[-1]) + 1, side, height)
             for x in _origins(int(columns[0]), int(columns[-1]) + 1, side, width)]
    return [p for p in found if _asks(wanted, p, side)]


def _asks(wanted: np.ndarray, place: Place, side: int) -> bool:
    here, there = _common(place, side, wanted.shape)
    return bool((wanted[here] & (weights(place, side, wanted.shape)[there] > 0)).any())


def _origins(start: int, stop: int, side: int, limit: int) -> list[int]:
    """First pixels of equal, overlapping views of start..stop on an axis of `limit` px."""
    if limit <= side:
        return [(limit - side) // 2]
    margin, fade, length = side // MARGIN, side // FADE, stop - start
    core = side - 2 * margin
    if length <= core:
        firsts = [start + (length - side) // 2]
    else:
        count = int(np.ceil((length - fade) / (core - fade)))
        firsts = [start + round(k * (length - core) / (count - 1)) - margin for k in range(count)]
    return sorted({min(max(first, 0), limit - side) for first in firsts})


def weights(place: Place, side: int, shape: tuple[int, ...]) -> np.ndarray:
    """Float32 (side, side), 0..1: 0 in the rim, 1 in the core, no rim where the canvas of that shape ends."""
    return np.minimum(_ramp(place.y, side, shape[0])[:, None], _ramp(place.x, side, shape[1])[None])


def _ramp(origin: int, side: int, limit: int) -> np.ndarray:
    near = np.arange(1, side + 1, dtype=np.float32) - side // MARGIN
    first = near if origin > 0 else np.full(side, side, np.float32)
    last = near[::-1] if origin + side < limit else np.full(side, side, np.float32)
    return np.clip(np.minimum(first, last) / (side // FADE), 0, 1)


def cut(canvas: Canvas, place: Place, side: int, seed: int) -> FillView:
    """The view at that place; what lies beyond a canvas smaller than it is the canvas's mirror image."""
    here, there = _common(place, side, canvas.hole.shape)
    pad = [(there[k].start, side - there[k].stop) for k in range(2)]
    base, hole, known = (np.pad(part[here], pad + [(0, 0)] * (part.ndim - 2), mode="symmetric")
                         for part in (canvas.base, canvas.hole, canvas.known))
    return FillView(base, hole, known, seed)


def _common(place: Place, side: int, shape: tuple[int, ...]) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """The pixels that a view shares with its canvas, as slices of the canvas and of the view."""
    spans = [(first, max(first, 0), min(first + side, limit))
             for first, limit in ((place.y, shape[0]), (place.x, shape[1]))]
    (y, y0, y1), (x, x0, x1) = spans
    return (slice(y0, y1), slice(x0, x1)), (slice(y0 - y, y1 - y), slice(x0 - x, x1 - x))


class CrossFade:
    """What the views of one candidate add to the base of their canvas."""

    def __init__(self, canvas: Canvas, side: int) -> None:
        self.canvas, self.side = canvas, side
        self.total = np.zeros_like(canvas.base)
        self.weight = np.zeros(canvas.hole.shape, np.float32)

    def lay(self, place: Place, filled: np.ndarray) -> None:
        """filled: float32 (side, side, 3), RGB 0..1, a generator's answer to the view at that place."""
        here, there = _common(place, self.side, self.weight.shape)
        share = weights(place, self.side, self.weight.shape)[there]
        self.total[here] += share[..., None] * (filled[there] - self.canvas.base[here])
        self.weight[here] += share

    def added(self) -> np.ndarray:
        """Float32 (H, W, 3): the mean of the views minus the base in the wanted pixels, 0 elsewhere."""
        inside = self.canvas.wanted
        if not (self.weight[inside] > 0).all():
            raise ValueError("a pixel of the hole lies in no view: not all views were laid")
        share = np.where(inside, self.weight, 1)
        return np.where(inside[..., None], self.total / share[..., None], 0).astype(np.float32)
