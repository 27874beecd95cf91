"""The last step of every fill: the grain around a hole given to what was filled into it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from operators.fill.candidates import candidate_seed
from operators.fill.grain import RING, add_grain
from operators.record import ImageRecord
from operators.tiles import Box, hole_box, hole_within, overlap, tile_box

PLACE = -1  # instead of a candidate's index: the seeds of grain are nobody else's
MOST_PIXELS = 4_000_000  # of a window; larger holes stay smooth, what they lost at a coarser scale is given back anyway


def lay_grain(record: ImageRecord, regions: Iterable[int], seed: int) -> None:
    """Add grain to the fill of those regions, where it was filled and not computed back. seed: the recipe's."""
    for index in regions:
        _lay(record, index, seed)


def _lay(record: ImageRecord, index: int, seed: int) -> None:
    picture, own = record.picture(), hole_box(index, record.regions[index])
    box = Box(max(own.x0 - RING - 2, 0), max(own.y0 - RING - 2, 0), min(own.x1 + RING + 2, picture.width),
              min(own.y1 + RING + 2, picture.height), (index,))
    filled = _filled(record, index, box)
    if not filled.any() or filled.size > MOST_PIXELS:
        return
    view, known = _view(record, box)
    own_seed = candidate_seed(record.key, (box.x0, box.y0, box.x1, box.y1), PLACE, seed)
    grained = add_grain(view, filled, own_seed, known)
    if grained is view:
        return
    added = np.where(filled[..., None], grained - view, 0)
    for tile in record.tiles:
        here, there = overlap(tile_box(tile), box)
        if index not in tile.regions or here is None or tile.fill is None:
            continue
        fill = tile.fill.copy()
        levels = np.rint(np.clip(fill[here].astype(np.float32) + 65535 * added[there], 0, 65535)).astype(np.uint16)
        fill[here] = np.where(filled[there][..., None], levels, fill[here])
        tile.fill = fill


def _view(record: ImageRecord, box: Box) -> tuple[np.ndarray, np.ndarray]:
    """(float32 (h, w, 3): the picture, in the holes the fill alone, so that nothing they cover is read; bool (h, w):
    the pixels that no hole covers)."""
    view = record.picture().view(box.x0, box.y0, box.x1, box.y1)
    known = np.ones(view.shape[:2], bool)
    for tile in record.tiles:
        here, there = overlap(box, tile_box(tile))
        if here is None or tile.fill is None:
            continue
        covered = tile.blend[there] > 0
        view[here] = np.where(covered[..., None], tile.fill[there].astype(np.float32) / 65535, view[here])
        known[here] &= ~covered
    return view, known


def _filled(record: ImageRecord, index: int, box: Box) -> np.ndarray:
    """Bool (h, w): the region's pixels that are a membrane's or a generator's."""
    filled = np.zeros((box.y1 - box.y0, box.x1 - box.x0), bool)
    for tile in record.tiles:
        here, there = overlap(box, tile_box(tile))
        if index in tile.regions and here is not None and tile.unknown is not None:
            filled[here] |= tile.unknown[there] & (tile.blend[there] > 0)
    return filled & hole_within([record.regions[index]], box)
