"""A mended filling back into the record: the fill of every tile there, and the region's matte where its hole grew."""

from __future__ import annotations

import numpy as np

from operators.record import ImageRecord, Matte, Tile
from operators.remedy.wound import Mended
from operators.tiles import Box, overlap, tile_box


def graft(record: ImageRecord, index: int, box: Box, mended: Mended) -> None:
    """Set fill and blend of the tiles and hole and blend of the region's matte. box: of the mended window.

    What of the mended hole lies in no tile of the region is left as it was: tiles end 24 px beyond the holes they were
    cut for, so that is rare and thin.
    """
    matte = record.regions[index].matte
    assert matte is not None, "only regions with a matte are mended"
    reached = np.zeros(mended.hole.shape, bool)
    for tile in record.tiles:
        here, there = overlap(tile_box(tile), box)
        if here is None or tile.fill is None:
            continue
        own = mended.hole[there] & ((index in tile.regions) | (tile.blend[here] > 0))
        if own.any():
            _lay(tile, here, own, mended.rgb[there])
            reached[there] |= own
    record.regions[index].matte = _regrown(matte, box, mended, reached)


def _lay(tile: Tile, here: tuple[slice, slice], own: np.ndarray, rgb: np.ndarray) -> None:
    assert tile.fill is not None
    fill, blend = tile.fill.copy(), tile.blend.copy()
    levels = np.rint(np.clip(rgb, 0, 1) * 65535).astype(np.uint16)
    fill[here] = np.where(own[..., None], levels, fill[here])
    blend[here] = np.where(own, np.float16(1), blend[here])
    tile.fill, tile.blend = fill, blend


def _regrown(matte: Matte, box: Box, mended: Mended, reached: np.ndarray) -> Matte:
    """The matte on the mended window: its alpha, the mended hole as far as tiles reach; all of it is fill."""
    alpha = np.zeros(mended.hole.shape, np.float16)
    hole = np.zeros(mended.hole.shape, bool)
    colour = matte.colour
    old = Box(matte.x, matte.y, matte.x + matte.hole.shape[1], matte.y + matte.hole.shape[0], ())
    here, there = overlap(box, old)
    assert here is not None, "the window was cut around the hole"
    alpha[here], hole[here] = matte.alpha[there], matte.hole[there]
    if colour.ndim == 3:
        wide = np.zeros((*hole.shape, 3), colour.dtype)
        wide[here] = colour[there]
        colour = wide
    hole |= reached & mended.hole
    rows, columns = np.flatnonzero(hole.any(1)), np.flatnonzero(hole.any(0))
    part = slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
    return Matte(box.x0 + part[1].start, box.y0 + part[0].start, alpha[part], hole[part],
                 hole[part].astype(np.float16), colour if colour.ndim == 1 else colour[part], matte.stroke,
                 matte.growth, matte.feather, matte.candidate, matte.agreement)
