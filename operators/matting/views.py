"""Views for the segmenter around the regions of a picture: neighbours share one, at a scale that suits letters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from operators.detection.quads import sides
from operators.detection.shrink import drawn_cores
from operators.matting.network import Layer, Segmenter
from operators.picture import Picture
from operators.record import Region
from operators.tiles import Box, merge_boxes

MARGIN = 32  # px of context around a region at the scale it is looked at
SIDE = 768  # px of a view, at its own scale: regions that would need more are looked at alone
LETTERS = 160.0  # px: lines higher than this are scaled down to it: the network was trained on crops of 384 px at most
LARGEST = 1024  # px: the longer side of any view is scaled down to this


@dataclass(frozen=True)
class Seen:
    """What the segmenter saw in the box, at the picture's own resolution."""

    box: Box
    layer: Layer

    def crop(self, x0: int, y0: int, x1: int, y1: int) -> Layer:
        """Part of it, in pixels of the picture; must lie within the box."""
        part = slice(y0 - self.box.y0, y1 - self.box.y0), slice(x0 - self.box.x0, x1 - self.box.x0)
        return Layer(self.layer.coverage[part], self.layer.alpha[part], self.layer.colour[part])


def look_at(
    picture: Picture, regions: list[Region], chosen: list[int], margin: int, segmenter: Segmenter
) -> Iterator[Seen]:
    """Views around the chosen regions, each with at least `margin` px of context where the picture has them; looked at
    when they are asked for."""
    boxes = [_around(i, regions[i], max(margin, _context(regions[i])), picture) for i in chosen]
    within = [box for box in boxes if box.x0 < box.x1 and box.y0 < box.y1]
    for box in merge_boxes(within, 0, SIDE):
        yield _look(picture, box, regions, segmenter)


def _context(region: Region) -> int:
    return int(MARGIN / _scale(region))


def _scale(region: Region) -> float:
    """Of the view to the picture. Only lines of letters have a height to go by."""
    height = min(sides(region.quad)) if region.kind != "mark" else 0.0
    return min(1.0, LETTERS / max(height, 1.0))


def _around(index: int, region: Region, margin: int, picture: Picture) -> Box:
    x0, y0 = (int(v) for v in np.floor(region.quad.min(0)) - margin)
    x1, y1 = (int(v) for v in np.ceil(region.quad.max(0)) + margin)
    return Box(max(x0, 0), max(y0, 0), min(x1, picture.width), min(y1, picture.height), (index,))


def _look(picture: Picture, box: Box, regions: list[Region], segmenter: Segmenter) -> Seen:
    view = picture.view(box.x0, box.y0, box.x1, box.y1)
    height, width = view.shape[:2]
    scale = min(1.0, min(_scale(regions[i]) for i in box.regions), LARGEST / max(height, width))
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    small = cv2.resize(view, size, interpolation=cv2.INTER_AREA) if scale < 1 else view
    origin, factor = np.array([box.x0, box.y0]), np.array([size[0] / width, size[1] / height])
    lines = [(regions[i].quad - origin) * factor for i in box.regions if regions[i].kind != "mark"]
    layer = segmenter.look(small, drawn_cores(lines, small.shape[:2]))
    return Seen(box, _enlarged(layer, (width, height)) if scale < 1 else layer)


def _enlarged(layer: Layer, size: tuple[int, int]) -> Layer:
    return Layer(*(cv2.resize(part, size, interpolation=cv2.INTER_LINEAR)
                   for part in (layer.coverage, layer.alpha, layer.colour)))
