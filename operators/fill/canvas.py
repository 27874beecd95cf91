"""Canvases: what a generator sees around a hole, at the picture's own scale or at a coarser one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from operators.picture import Picture
from operators.record import Tile
from operators.tiles import Box, overlap, tile_box


@dataclass(frozen=True)
class Canvas:
    """A part of the picture with its holes.

    base: float32 (H, W, 3), RGB 0..1: the picture, the laid base in the holes. hole: bool (H, W), under a membrane.
    known: float32 (H, W), 0..1: 1 outside the hole, 1 - blend inside. wanted: bool (H, W): the pixels of the hole that
    are asked for here. x, y: of its top left pixel in the picture. step: px of the picture a px of the canvas.
    """

    base: np.ndarray
    hole: np.ndarray
    known: np.ndarray
    wanted: np.ndarray
    x: int
    y: int
    step: int = 1

    def on(self, values: np.ndarray, box: Box) -> np.ndarray:
        """Float32 (H, W, C) of the canvas → (h, w, C) of a box of the picture that lies within it, cubic."""
        if self.step == 1:
            return values[box.y0 - self.y : box.y1 - self.y, box.x0 - self.x : box.x1 - self.x]
        xs = ((np.arange(box.x0, box.x1) - self.x + 0.5) / self.step - 0.5).astype(np.float32)
        ys = ((np.arange(box.y0, box.y1) - self.y + 0.5) / self.step - 0.5).astype(np.float32)
        grid = np.meshgrid(xs, ys)
        return cv2.remap(values, *grid, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def read_canvas(
    picture: Picture, tiles: list[Tile], wanted: Callable[[Box], np.ndarray], window: Box, step: int = 1
) -> Canvas:
    """The window as a canvas; above step 1 the mean of each step x step block, the last ones as wide as there is.

    wanted: bool (h, w) of any box of the picture. Read in strips: a large hole is never held at full size.
    """
    if step == 1:
        base, hole, known = _read(picture, tiles, window)
        return Canvas(base, hole, known, wanted(window) & hole, window.x0, window.y0)
    rows = [_means(picture, tiles, wanted, Box(window.x0, y, window.x1, min(y + step, window.y1), ()), step)
            for y in range(window.y0, window.y1, step)]
    base, hole, known, asked = (np.stack(part) for part in zip(*rows, strict=True))
    return Canvas(base, hole > 0, known, asked > 0, window.x0, window.y0, step)


def _read(picture: Picture, tiles: list[Tile], window: Box) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(base, hole, known) of a window at the picture's scale."""
    base = picture.view(window.x0, window.y0, window.x1, window.y1)
    hole, known = np.zeros(base.shape[:2], bool), np.ones(base.shape[:2], np.float32)
    for tile in tiles:
        here, there = overlap(window, tile_box(tile))
        if here is None or tile.fill is None or tile.unknown is None:
            continue
        blend = tile.blend[there].astype(np.float32)
        fill = tile.fill[there].astype(np.float32) / 65535
        base[here] = np.where(blend[..., None] > 0, fill, base[here])
        gone = (blend > 0) & tile.unknown[there]
        hole[here] |= gone
        known[here] = np.where(gone, np.minimum(known[here], 1 - blend), known[here])
    return base, hole, known


def _means(
    picture: Picture, tiles: list[Tile], wanted: Callable[[Box], np.ndarray], strip: Box, step: int
) -> tuple[np.ndarray, ...]:
    """One row of blocks: base (W, 3), and shares (W,) of hole, known and wanted."""
    base, hole, known = _read(picture, tiles, strip)
    asked = wanted(strip) & hole
    starts = np.arange(0, strip.x1 - strip.x0, step)
    sizes = np.minimum(starts + step, strip.x1 - strip.x0) - starts
    values = np.dstack([base, hole, known, asked]).astype(np.float32).mean(0)
    means = np.add.reduceat(values, starts, axis=0) / sizes[:, None].astype(np.float32)
    return means[:, :3], means[:, 3], means[:, 4], means[:, 5]
