"""What a tile takes for known beside its own holes: what was computed back elsewhere, and the guide of a cut hole."""

from __future__ import annotations

import numpy as np

from operators.fill.seams import Guide
from operators.picture import Picture
from operators.record import Tile
from operators.tiles import Box, overlap, tile_box


def beside_computed(view: np.ndarray, tile: Tile, tiles: list[Tile], box: Box) -> tuple[np.ndarray, np.ndarray]:
    """The view and the unknown of a tile, with what was computed back in other tiles for known."""
    assert tile.unknown is not None
    view, unknown = view.copy(), tile.unknown.copy()
    for other in tiles:
        here, there = overlap(box, tile_box(other))
        if other is tile or here is None or other.fill is None or other.unknown is None:
            continue
        back = (other.blend[there] > 0) & ~other.unknown[there]
        view[here] = np.where(back[..., None], other.fill[there].astype(np.float32) / 65535, view[here])
        unknown[here] &= ~back
    return view, unknown


def tied(
    view: np.ndarray, unknown: np.ndarray, guide: Guide, box: Box, picture: Picture
) -> tuple[np.ndarray, np.ndarray]:
    """Take the guide for known where the hole runs out of a tile that does not end with the picture."""
    edge = np.zeros_like(unknown)
    edge[0], edge[-1] = box.y0 > 0, box.y1 < picture.height
    edge[:, 0] |= box.x0 > 0
    edge[:, -1] |= box.x1 < picture.width
    edge &= unknown
    if not edge.any():
        return view, unknown
    return np.where(edge[..., None], guide.on(box), view), unknown & ~edge
