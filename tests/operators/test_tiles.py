from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from operators.record import Matte, Region
from operators.tiles import OVERLAP, Box, cut_tiles, hole_within, merge_boxes

WIDTH, HEIGHT = 1400, 900


def region(x: int, y: int, width: int, height: int) -> Region:
    hole = np.ones((height, width), bool)
    matte = Matte(x, y, hole.astype(np.float16), hole, hole.astype(np.float16), np.zeros(3, np.float32), 3, 2, 1)
    quad = np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]], np.float32)
    return Region(quad, 0.9, route="flat", matte=matte)


boxes = st.tuples(st.integers(0, 900), st.integers(0, 700), st.integers(1, 500), st.integers(1, 200))


@given(st.lists(boxes, min_size=1, max_size=12))
@settings(max_examples=40, deadline=None)
def test_tiles_cover_every_hole_within_the_picture_and_the_bound(places: list[tuple[int, int, int, int]]) -> None:
    """Holes lost at a cut, tiles that leave the picture, tiles too large for a generator."""
    regions = [region(*place) for place in places]
    tiles = cut_tiles(regions, list(range(len(regions))), (WIDTH, HEIGHT), margin=24, gap=16, side=512)
    covered = np.zeros((HEIGHT, WIDTH), bool)
    for tile in tiles:
        assert tile.x >= 0 and tile.x + tile.width <= WIDTH and tile.y >= 0 and tile.y + tile.height <= HEIGHT
        assert max(tile.width, tile.height) <= 512
        assert tile.blend.shape == (tile.height, tile.width)
        covered[tile.y : tile.y + tile.height, tile.x : tile.x + tile.width] |= tile.blend > 0
    assert np.array_equal(covered, hole_within(regions, Box(0, 0, WIDTH, HEIGHT, ())))


def test_near_holes_share_a_tile_and_far_ones_do_not() -> None:
    """One tile per letter, or one tile for the whole picture."""
    regions = [region(100, 100, 60, 20), region(100, 130, 60, 20), region(900, 600, 60, 20)]
    tiles = cut_tiles(regions, [0, 1, 2], (WIDTH, HEIGHT), margin=24, gap=16, side=512)
    assert [t.regions for t in tiles] == [[0, 1], [2]]


def test_merging_does_not_depend_on_the_order() -> None:
    """Tiles, and so pixels, that change with the order in which regions were found."""
    found = [Box(x, 0, x + 20, 20, (k,)) for k, x in enumerate((0, 30, 60, 200, 215))]
    assert merge_boxes(found, 16, 464) == merge_boxes(found[::-1], 16, 464)


def test_pieces_of_a_large_hole_overlap() -> None:
    """A hard seam where two pieces meet."""
    tiles = cut_tiles([region(10, 10, 1200, 100)], [0], (WIDTH, HEIGHT), margin=24, gap=16, side=512)
    assert len(tiles) == 3
    for left, right in zip(tiles, tiles[1:], strict=False):
        assert left.x + left.width - right.x >= OVERLAP


def test_kept_regions_are_no_holes() -> None:
    """Overlay that is to stay, taken for unknown."""
    kept = region(10, 10, 50, 50)
    kept.route = "keep"
    assert not hole_within([kept], Box(0, 0, 100, 100, ())).any()
