"""Winning tiles → the cleaned picture: blend inside the hole, leave the rest, encode in the source's own format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import ClassVar

import numpy as np

from operators import codecs
from operators.codecs import png
from operators.codecs.metadata import metadata_blocks
from operators.options import ComposeOptions
from operators.picture import Picture
from operators.record import ImageRecord, Status, Tile
from operators.stage import Stage
from operators.verify.picture import FAIL

NOTHING_FOUND = "no overlay above the confidence threshold"
REJECTED = "Rejected"  # class of the error of a picture whose filling the verifier did not let pass
NOTHING_CHANGED = "the fill equals what was there"


@dataclass
class ComposeStage(Stage):
    """Sets result, status and, when asked for, hole_png (upright, as all coordinates of the record are)."""

    name: ClassVar[str] = "compose"
    options: ComposeOptions = ComposeOptions()

    def process(self, record: ImageRecord) -> None:
        try:
            self._compose(record)
        except Exception as error:
            keep = self.options.on_fail != "fail"
            record.fail(self.name, type(error).__name__, str(error) or repr(error), readable=keep)

    def _compose(self, record: ImageRecord) -> None:
        if not record.tiles:
            record.leave_untouched(record.reason or NOTHING_FOUND)
            return
        if record.verdict == FAIL and self.options.on_fail != "review":
            record.fail("verify", REJECTED, record.doubt, readable=self.options.on_fail == "keep_original")
            return
        picture = record.picture()
        rgb, hole = composite(picture, record.tiles)
        if not (hole & (rgb != picture.rgb).any(axis=2)).any():
            record.leave_untouched(NOTHING_CHANGED)
            return
        if self.options.format == "png" and picture.format != "PNG":
            icc, exif = metadata_blocks(picture)
            record.result = png.encode_anew(picture, rgb, icc=icc, exif=exif)
            record.name = str(PurePosixPath(record.name).with_suffix(".png")) if record.name else ""
        else:
            record.result = codecs.encode(picture, rgb, hole)
        record.hole_png = png.encode_mask(hole) if self.options.hole_png else None
        record.status = Status.CLEANED


def composite(picture: Picture, tiles: list[Tile]) -> tuple[np.ndarray, np.ndarray]:
    """Lay tiles over a picture: out = blend * fill + (1 - blend) * source where blend > 0.

    Where tiles overlap, blend is the largest and fill the mean weighted by blend, in the order of their place.
    Returns (rgb, hole): rgb like `picture.rgb`, hole bool (H, W), both upright. Raises `ValueError` for a tile that
    has no fill, does not fit its own size, or whose hole leaves the picture.
    """
    rgb, hole = picture.rgb.copy(), np.zeros(picture.rgb.shape[:2], bool)
    for tile in tiles:
        _check(tile, picture)
    for group in _overlapping(sorted(tiles, key=lambda t: (t.y, t.x, t.height, t.width, t.seed))):
        y0, x0 = max(0, min(t.y for t in group)), max(0, min(t.x for t in group))
        y1 = min(picture.height, max(t.y + t.height for t in group))
        x1 = min(picture.width, max(t.x + t.width for t in group))
        blend, fill = _merged(group, y0, x0, y1, x1)
        source = picture.rgb[y0:y1, x0:x1].astype(np.float32)
        scale = np.float32(picture.peak / 65535)
        mixed = blend[..., None] * (fill * scale) + (1 - blend[..., None]) * source
        inside = blend > 0
        rgb[y0:y1, x0:x1][inside] = np.clip(np.rint(mixed[inside]), 0, picture.peak).astype(rgb.dtype)
        hole[y0:y1, x0:x1] |= inside
    return rgb, hole


def _merged(group: list[Tile], y0: int, x0: int, y1: int, x1: int) -> tuple[np.ndarray, np.ndarray]:
    """(blend, fill) float32 over the window: 0..1 and 0..65535."""
    blend = np.zeros((y1 - y0, x1 - x0), np.float32)
    total = np.zeros_like(blend)
    fill = np.zeros((*blend.shape, 3), np.float32)
    for tile in group:
        assert tile.fill is not None
        top, left = max(tile.y, y0), max(tile.x, x0)
        bottom, right = min(tile.y + tile.height, y1), min(tile.x + tile.width, x1)
        if top >= bottom or left >= right:
            continue
        own = np.s_[top - tile.y : bottom - tile.y, left - tile.x : right - tile.x]
        there = np.s_[top - y0 : bottom - y0, left - x0 : right - x0]
        weight = tile.blend[own].astype(np.float32)
        blend[there] = np.maximum(blend[there], weight)
        total[there] += weight
        fill[there] += weight[..., None] * tile.fill[own]
    return blend, fill / np.maximum(total, np.finfo(np.float32).tiny)[..., None]


def _overlapping(tiles: list[Tile]) -> Iterator[list[Tile]]:
    """Groups of tiles whose rectangles touch each other, directly or through others."""
    rest = list(tiles)
    while rest:
        group = [rest.pop(0)]
        for member in group:  # grows while it is walked
            near = [t for t in rest if _intersect(member, t)]
            rest = [t for t in rest if not any(t is n for n in near)]
            group += near
        yield sorted(group, key=lambda t: (t.y, t.x, t.height, t.width, t.seed))


def _intersect(a: Tile, b: Tile) -> bool:
    return a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.height and b.y < a.y + a.height


def _check(tile: Tile, picture: Picture) -> None:
    place = f"tile at ({tile.x}, {tile.y}) of regions {tile.regions}"
    if tile.fill is None:
        raise ValueError(f"{place} has no fill")
    if tile.blend.shape != (tile.height, tile.width) or tile.fill.shape != (tile.height, tile.width, 3):
        raise ValueError(f"{place}: blend {tile.blend.shape} and fill {tile.fill.shape} do not fit its size")
    if not np.isfinite(tile.blend).all() or tile.blend.min(initial=0) < 0 or tile.blend.max(initial=0) > 1:
        raise ValueError(f"{place}: blend leaves 0..1")
    y, x = np.nonzero(tile.blend)
    y, x = y + tile.y, x + tile.x
    if y.size and (y.min() < 0 or x.min() < 0 or y.max() >= picture.height or x.max() >= picture.width):
        raise ValueError(f"{place}: its hole leaves the picture of {picture.width}x{picture.height}")
