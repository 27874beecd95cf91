"""Tiles: which holes share a view, and where the views lie."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from operators.record import Region, Tile

OVERLAP = 64  # px shared by the pieces of a hole that is larger than a tile


@dataclass(frozen=True)
class Box:
    """Pixels x0 <= x < x1, y0 <= y < y1 of the upright image, and the regions whose holes lie in it."""

    x0: int
    y0: int
    x1: int
    y1: int
    regions: tuple[int, ...]

    def near(self, other: Box, gap: int) -> bool:
        return (self.x0 - gap < other.x1 and other.x0 - gap < self.x1
                and self.y0 - gap < other.y1 and other.y0 - gap < self.y1)

    def join(self, other: Box) -> Box:
        corners = (min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1))
        return Box(*corners, tuple(sorted({*self.regions, *other.regions})))

    @property
    def side(self) -> int:
        return max(self.x1 - self.x0, self.y1 - self.y0)


def hole_box(index: int, region: Region) -> Box:
    """Where the hole of a region lies. Raises `ValueError` when it has no matte."""
    matte = region.matte
    if matte is None:
        raise ValueError(f"region {index} has no matte: refine it before it is tiled")
    height, width = matte.hole.shape
    return Box(matte.x, matte.y, matte.x + width, matte.y + height, (index,))


def tile_box(tile: Tile) -> Box:
    """Where a tile lies, and whose holes it was cut for."""
    return Box(tile.x, tile.y, tile.x + tile.width, tile.y + tile.height, tuple(tile.regions))


def merge_boxes(boxes: list[Box], gap: int, side: int) -> list[Box]:
    """Join boxes nearer than `gap` px as long as the result stays within `side`; boxes that overlap always join
    unless the result would exceed it. The order of the input does not matter."""
    rest = sorted(boxes, key=lambda b: (b.y0, b.x0, b.y1, b.x1, b.regions))
    changed = True
    while changed:
        changed = False
        for i, box in enumerate(rest):
            partner = next((k for k in range(i + 1, len(rest))
                            if box.near(rest[k], gap) and box.join(rest[k]).side <= side), None)
            if partner is not None:
                rest[i] = box.join(rest.pop(partner))
                changed = True
                break
    return rest


def cut_tiles(
    regions: list[Region], chosen: list[int], size: tuple[int, int], margin: int, gap: int, side: int
) -> list[Tile]:
    """Tiles around the holes of the chosen regions.

    size: (width, height) of the picture. margin, gap, side: px; no tile is longer than `side` (at least 4 * OVERLAP),
    a larger hole is cut into overlapping pieces. Every tile's blend is the largest of its regions' at each pixel.
    """
    side = max(side, 4 * OVERLAP)
    merged = merge_boxes([hole_box(i, regions[i]) for i in chosen], gap, side - 2 * margin)
    views = [piece for box in merged for piece in _pieces(_padded(box, margin, size), side)]
    tiles = [Tile(v.x0, v.y0, v.x1 - v.x0, v.y1 - v.y0, list(v.regions), _blend(v, regions)) for v in views]
    return [t for t in tiles if (t.blend > 0).any()]


def hole_within(regions: list[Region], window: Box) -> np.ndarray:
    """Bool (h, w): the pixels of the window that lie in the hole of any region that is to be filled."""
    hole = np.zeros((window.y1 - window.y0, window.x1 - window.x0), bool)
    for region in regions:
        if region.matte is None or region.route in ("", "keep"):
            continue
        here, there = overlap(window, hole_box(0, region))
        if here is not None:
            hole[here] |= region.matte.hole[there]
    return hole


def overlap(window: Box, other: Box) -> tuple[tuple[slice, slice] | None, tuple[slice, slice]]:
    """The common pixels of two boxes as slices into each; (None, ...) when they have none."""
    x0, y0, x1, y1 = (max(window.x0, other.x0), max(window.y0, other.y0),
                      min(window.x1, other.x1), min(window.y1, other.y1))
    if x0 >= x1 or y0 >= y1:
        return None, (slice(0), slice(0))
    return tuple((slice(y0 - b.y0, y1 - b.y0), slice(x0 - b.x0, x1 - b.x0)) for b in (window, other))  # type: ignore


def _padded(box: Box, margin: int, size: tuple[int, int]) -> Box:
    return replace(box, x0=max(box.x0 - margin, 0), y0=max(box.y0 - margin, 0),
                   x1=min(box.x1 + margin, size[0]), y1=min(box.y1 + margin, size[1]))


def _pieces(box: Box, side: int) -> list[Box]:
    return [replace(box, x0=x0, x1=x1, y0=y0, y1=y1)
            for y0, y1 in _spans(box.y0, box.y1, side) for x0, x1 in _spans(box.x0, box.x1, side)]


def _spans(start: int, stop: int, side: int) -> list[tuple[int, int]]:
    """Equal spans of at most `side` that overlap by OVERLAP."""
    length = stop - start
    if length <= side:
        return [(start, stop)]
    count = int(np.ceil((length - OVERLAP) / (side - OVERLAP)))
    step = (length - side) / (count - 1)
    firsts = [start + round(k * step) for k in range(count)]
    return [(first, first + side) for first in firsts]


def _blend(view: Box, regions: list[Region]) -> np.ndarray:
    blend = np.zeros((view.y1 - view.y0, view.x1 - view.x0), np.float16)
    for index in view.regions:
        matte = regions[index].matte
        here, there = overlap(view, hole_box(index, regions[index]))
        if here is not None and matte is not None:
            blend[here] = np.maximum(blend[here], matte.blend[there])
    return blend
