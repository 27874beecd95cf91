from __future__ import annotations

import numpy as np

from operators.fill.known import beside_computed
from operators.record import Tile
from operators.tiles import tile_box


def test_what_was_computed_back_in_another_tile_is_known() -> None:
    """Letters on a plate filled from what lies outside of the plate, across what was just computed back."""
    blend = np.ones((4, 6), np.float16)
    plate = Tile(2, 0, 6, 4, [0], blend, fill=np.full((4, 6, 3), 13107, np.uint16), unknown=np.zeros((4, 6), bool))
    assert plate.unknown is not None
    plate.unknown[0] = True  # lost: a membrane's
    letters = Tile(0, 0, 8, 8, [1], np.zeros((8, 8), np.float16), unknown=np.ones((8, 8), bool))
    view, unknown = beside_computed(np.zeros((8, 8, 3), np.float32), letters, [plate, letters], tile_box(letters))
    assert np.allclose(view[1:4, 2:8], 0.2) and not unknown[1:4, 2:8].any()
    assert not view[0].any() and unknown[0].all() and unknown[4:].all() and unknown[:, :2].all()
