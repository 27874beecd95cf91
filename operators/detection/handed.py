"""Regions that the user hands over: fixed boxes of the recipe, and mask pictures that come with a sample."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from operators.detection.quads import box_quad
from operators.record import Region

MASK_SUFFIX = ".mask.png"


class UnusableMask(ValueError):
    """A mask that cannot be laid over its picture; the message names the member and what is wrong."""


def box_regions(boxes: Iterable[tuple[float, float, float, float]], width: int, height: int) -> list[Region]:
    """Boxes (x0, y0, x1, y1), shares of the picture when all four values are <= 1, otherwise pixels, as regions clipped
    to the picture; boxes outside of it give none."""
    regions = []
    for box in boxes:
        scale = np.array([width, height, width, height]) if max(box) <= 1 else 1.0
        x0, y0, x1, y1 = np.asarray(box, np.float64) * scale
        left, right = np.clip(sorted((x0, x1)), 0, width)
        top, bottom = np.clip(sorted((y0, y1)), 0, height)
        if right - left > 0 and bottom - top > 0:
            regions.append(Region(box_quad(left, top, right, bottom), 1.0, kind="box", source="recipe"))
    return regions


def mask_member(members: Iterable[tuple[str, bytes]]) -> tuple[str, bytes] | None:
    """The sample's mask: the member that is `mask.png` or ends in `.mask.png`."""
    return next((m for m in members if m[0] == MASK_SUFFIX[1:] or m[0].endswith(MASK_SUFFIX)), None)


def mask_regions(name: str, data: bytes, width: int, height: int) -> list[Region]:
    """One region per connected part (8-neighbours) of the pixels above 127, with its bool (h, w) crop.

    The mask is of the upright picture. Raises `UnusableMask` when it is not a picture or of another size.
    """
    mask = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE) if data else None
    if mask is None:
        raise UnusableMask(f"{name}: the mask is not a readable picture; give an 8-bit grey PNG")
    if mask.shape != (height, width):
        size = f"{mask.shape[1]} x {mask.shape[0]}"
        raise UnusableMask(f"{name}: the mask is {size}, the upright picture {width} x {height}")
    count, labels, stats, _ = cv2.connectedComponentsWithStats((mask > 127).astype(np.uint8), connectivity=8)
    regions = []
    for label in range(1, count):
        x, y, w, h, _ = (int(v) for v in stats[label])
        part = labels[y : y + h, x : x + w] == label
        regions.append(Region(box_quad(x, y, x + w, y + h), 1.0, kind="mask", source="sample", mask=part))
    return regions
