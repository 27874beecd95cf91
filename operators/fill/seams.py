"""Large holes: a coarse membrane ties the pieces of a cut hole together, a cross-fade hides where they meet."""

from __future__ import annotations

import cv2
import numpy as np

from operators.fill.harmonic import fill_membrane
from operators.picture import Picture
from operators.record import Region, Tile
from operators.tiles import OVERLAP, Box, hole_within

COARSE_SIDE = 384


class Guide:
    """The membrane of a window at a coarse scale: what lies on the cut edge of a tile."""

    def __init__(self, picture: Picture, regions: list[Region], window: Box, cycles: int) -> None:
        self.window = window
        self.factor = max(int(np.ceil(window.side / COARSE_SIDE)), 1)
        total, weight = self._means(picture, regions)
        hole = weight <= 0.25
        colour = total / np.maximum(weight, 1e-6)[..., None]
        self.coarse = fill_membrane(colour.astype(np.float32), hole, cycles)

    def _means(self, picture: Picture, regions: list[Region]) -> tuple[np.ndarray, np.ndarray]:
        """Sums of known colour and shares of known pixels per coarse cell, row of cells after row of cells."""
        w, k = self.window, self.factor
        columns = int(np.ceil((w.x1 - w.x0) / k))
        rows = int(np.ceil((w.y1 - w.y0) / k))
        total, weight = np.zeros((rows, columns, 3), np.float32), np.zeros((rows, columns), np.float32)
        for row in range(rows):
            strip = Box(w.x0, w.y0 + row * k, w.x1, min(w.y0 + (row + 1) * k, w.y1), ())
            known = (~hole_within(regions, strip)).astype(np.float32)
            view = picture.view(strip.x0, strip.y0, strip.x1, strip.y1) * known[..., None]
            starts = np.arange(0, strip.x1 - strip.x0, k)
            total[row] = np.add.reduceat(view.sum(0), starts, axis=0) / k**2
            weight[row] = np.add.reduceat(known.sum(0), starts) / k**2
        return total, weight

    def on(self, box: Box) -> np.ndarray:
        """Float32 (h, w, 3) of the box, interpolated."""
        xs = ((np.arange(box.x0, box.x1) - self.window.x0 + 0.5) / self.factor - 0.5).astype(np.float32)
        ys = ((np.arange(box.y0, box.y1) - self.window.y0 + 0.5) / self.factor - 0.5).astype(np.float32)
        grid = np.meshgrid(xs, ys)
        return cv2.remap(self.coarse, *grid, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def cross_fade(tiles: list[Tile]) -> None:
    """Where tiles of one hole overlap, give all the same fill: the mean, weighted by the distance to their edges."""
    for tile in tiles:
        if tile.fill is None:
            raise ValueError(f"tile at ({tile.x}, {tile.y}) has no fill to cross-fade")
    before = [tile.fill.astype(np.float32) for tile in tiles if tile.fill is not None]
    for a, mine in enumerate(tiles):
        total = before[a] * _ramp(mine)[..., None]
        weight = _ramp(mine)
        for b, other in enumerate(tiles):
            if a != b and set(mine.regions) & set(other.regions):
                _add(total, weight, mine, other, before[b])
        mine.fill = np.rint(total / weight[..., None]).astype(np.uint16)


def _add(total: np.ndarray, weight: np.ndarray, mine: Tile, other: Tile, fill: np.ndarray) -> None:
    x0, y0 = max(mine.x, other.x), max(mine.y, other.y)
    x1, y1 = min(mine.x + mine.width, other.x + other.width), min(mine.y + mine.height, other.y + other.height)
    if x0 >= x1 or y0 >= y1:
        return
    here = np.s_[y0 - mine.y : y1 - mine.y, x0 - mine.x : x1 - mine.x]
    there = np.s_[y0 - other.y : y1 - other.y, x0 - other.x : x1 - other.x]
    ramp = _ramp(other)[there]
    total[here] += fill[there] * ramp[..., None]
    weight[here] += ramp


def _ramp(tile: Tile) -> np.ndarray:
    """Distance to the nearest edge over half the overlap, in (0, 1]."""
    xs, ys = np.arange(tile.width), np.arange(tile.height)
    near = np.minimum(np.minimum(xs, xs[::-1])[None], np.minimum(ys, ys[::-1])[:, None])
    return np.clip((near + 1) / (OVERLAP / 2), 0, 1).astype(np.float32)
