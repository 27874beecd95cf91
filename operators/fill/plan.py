"""The plan of a picture: which generator fills which pixels of its holes, and at which scale it looks at them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from operators.fill.canvas import read_canvas
from operators.fill.generator import Generator
from operators.fill.patch import Patch
from operators.fill.rectified import read_rectified
from operators.fill.views import places, step_for
from operators.options import RouteOptions
from operators.record import ImageRecord, Region, Tile
from operators.route import route_of_fill
from operators.tiles import Box, hole_box, overlap, tile_box


def plan(
    record: ImageRecord, generators: Mapping[str, Generator], rule: RouteOptions, rectify: bool = False
) -> list[Patch]:
    """Patches of everything that the generators, by route, are to fill. The tiles have their base.

    Strokes are filled tile by tile at the picture's own scale, each large hole as one at a coarser scale; where holes
    of several patches overlap, the later one counts. rectify: strokes of a slanted region are filled in its text plane.
    """
    routes = _routes(record, rule)
    patches: list[Patch] = []
    for route, generator in generators.items():
        due = [i for i, chosen in routes.items() if chosen == route]
        steps = {i: step_for(_hole(record.regions[i]), generator.side) for i in due}
        fine = [i for i, step in steps.items() if step == 1]
        slanted = _slanted(record, generator, fine) if rectify else []
        fine = [i for i in fine if not any(i in patch.regions for patch in slanted)]
        patches += slanted
        patches += [_patch(record, generator, [tile], fine, tile_box(tile), 1) for tile in record.tiles]
        for index, step in steps.items():
            if step > 1:
                own = [tile for tile in record.tiles if index in tile.regions]
                box = hole_box(index, record.regions[index])
                patches.append(_patch(record, generator, own, [index], box, step))
    return [patch for patch in patches if patch.places]


def _routes(record: ImageRecord, rule: RouteOptions) -> dict[int, str]:
    """By region. One whose un-blending failed in any tile takes the route that it would have had."""
    failed = {i for tile in record.tiles for i in tile.failed}
    tiled = sorted({i for tile in record.tiles for i in tile.regions})
    return {i: route_of_fill(record.regions[i], rule)[0] if i in failed else record.regions[i].route for i in tiled}


def _patch(
    record: ImageRecord, generator: Generator, tiles: list[Tile], regions: list[int], box: Box, step: int
) -> Patch:
    chosen = tuple(i for i in regions if any(i in tile.regions for tile in tiles))
    picture, box = record.picture(), replace(box, regions=chosen)
    wanted = _holes_within([record.regions[i] for i in chosen], box)
    window = around(box, generator.side * step, (picture.width, picture.height))
    canvas = read_canvas(picture, record.tiles, wanted, window, step)
    return Patch(generator, chosen, tiles, wanted, box, canvas, places(canvas.wanted, generator.side))


def _slanted(record: ImageRecord, generator: Generator, due: list[int]) -> list[Patch]:
    """Of those regions each that is worth the resampling, in its text plane."""
    picture, found = record.picture(), list[Patch]()
    for index in due:
        region = record.regions[index]
        box, tiles = hole_box(index, region), [tile for tile in record.tiles if index in tile.regions]
        wanted = _holes_within([region], box)
        canvas = read_rectified(picture, record.tiles, wanted, box, region.quad, generator.side)
        if canvas is not None:
            found.append(Patch(generator, (index,), tiles, wanted, box, canvas, places(canvas.wanted, generator.side)))
    return found


def around(box: Box, view: int, size: tuple[int, int]) -> Box:
    """The window of every view of `view` px that is centred on something in the box: half a view around it, at least
    one view long where the picture of that size (width, height) is."""
    spans = []
    for start, stop, limit in ((box.x0, box.x1, size[0]), (box.y0, box.y1, size[1])):
        first, last = max(start - view // 2 - 1, 0), min(stop + view // 2 + 1, limit)
        first, last = max(min(first, last - view), 0), min(max(last, first + view), limit)
        spans.append((first, last))
    (x0, x1), (y0, y1) = spans
    return Box(x0, y0, x1, y1, box.regions)


def _holes_within(regions: list[Region], limit: Box) -> Callable[[Box], np.ndarray]:
    def wanted(box: Box) -> np.ndarray:
        own = np.zeros((box.y1 - box.y0, box.x1 - box.x0), bool)
        for region in regions:
            here, there = overlap(box, hole_box(0, region))
            if here is not None:
                own[here] |= _hole(region)[there]
        inside = np.zeros_like(own)
        here, _ = overlap(box, limit)
        if here is not None:
            inside[here] = True
        return own & inside

    return wanted


def _hole(region: Region) -> np.ndarray:
    assert region.matte is not None, "only regions with a matte are tiled"
    return region.matte.hole
