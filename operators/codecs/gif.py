"""GIF with one frame: the palette and all blocks stay, only the compressed indices are made anew."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from operators.codecs.by_pillow import decode_for_viewing, load, open_image
from operators.codecs.limits import check_size
from operators.codecs.raster import Layout, changed_raster, look
from operators.picture import Picture, UnreadableImage

IMAGE, EXTENSION, TRAILER, GRAPHIC_CONTROL = 0x2C, 0x21, 0x3B, 0xF9


@dataclass
class Blocks:
    """Where things are. data_start, data_end: the LZW data of the first frame, minimum code size included."""

    width: int
    height: int
    palette: np.ndarray | None = None
    transparent: int | None = None
    frames: int = 0
    covers: bool = False
    interlaced: bool = False
    data_start: int = 0
    data_end: int = 0


def decode(data: bytes, *, max_pixels: int) -> Picture:
    """See `operators.ingest.decode`. Animations and frames smaller than their canvas pass untouched."""
    try:
        blocks = read_blocks(data)
    except IndexError as error:
        raise UnreadableImage("truncated", f"the GIF ends early, after {len(data)} bytes") from error
    check_size(blocks.width, blocks.height, max_pixels)
    if blocks.frames == 0:
        raise UnreadableImage("corrupt", "the GIF holds no frame")
    reason = "animated GIF" if blocks.frames > 1 else "" if blocks.covers else "GIF frame smaller than its canvas"
    if reason or blocks.palette is None:
        return decode_for_viewing(data, "GIF", reason or "GIF without a palette")
    with open_image(data, "GIF") as image:
        raster = np.asarray(load(image))
    if raster.ndim != 2 or int(raster.max()) >= len(blocks.palette):
        raise UnreadableImage("corrupt", f"a pixel uses palette entry {raster.max()} of {len(blocks.palette)}")
    opacity = np.full(len(blocks.palette), 255, np.uint8)
    if blocks.transparent is not None and blocks.transparent < len(opacity):
        opacity[blocks.transparent] = 0
    layout = Layout("palette", 8, palette=blocks.palette, opacity=opacity if (opacity == 0).any() else None)
    rgb, alpha = look(raster[..., None], layout)
    native = {"data": data, "raster": raster[..., None], "layout": layout, "blocks": blocks}
    return Picture(rgb, "GIF", "P", 1, alpha, native=native)


def encode(picture: Picture, rgb: np.ndarray, changed: np.ndarray) -> bytes:
    """See `operators.codecs.encode`."""
    native, blocks = picture.native, picture.native["blocks"]
    raster = changed_raster(native["raster"], native["layout"], rgb, changed)[..., 0]
    carrier = Image.fromarray(raster, "L").convert("P")
    carrier.putdata(raster.reshape(-1))
    carrier.putpalette(bytes(range(256)) * 3)
    buffer = io.BytesIO()
    carrier.save(buffer, "GIF", optimize=False, interlace=int(blocks.interlaced))
    new = buffer.getvalue()
    inside = read_blocks(new)
    data = native["data"]
    out = data[: blocks.data_start] + new[inside.data_start : inside.data_end] + data[blocks.data_end :]
    with open_image(out, "GIF") as image:
        if not np.array_equal(np.asarray(load(image)), raster):
            raise RuntimeError("the written GIF does not hold the indices that were meant")
    return out


def read_blocks(data: bytes) -> Blocks:
    """Walk all blocks (GIF89a specification). Raises `IndexError` when they end early, `UnreadableImage`."""
    blocks = Blocks(int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little"))
    blocks.palette, position = _colour_table(data, 13, data[10])
    while True:
        kind = data[position]
        if kind == TRAILER:
            return blocks
        if kind == EXTENSION:
            if data[position + 1] == GRAPHIC_CONTROL and blocks.frames == 0 and data[position + 3] & 1:
                blocks.transparent = data[position + 6]
            position = _skip_sub_blocks(data, position + 2)
        elif kind == IMAGE:
            position = _frame(data, position, blocks)
        else:
            raise UnreadableImage("corrupt", f"unknown GIF block {kind:#x} at byte {position}")


def _frame(data: bytes, position: int, blocks: Blocks) -> int:
    x, y, width, height = (int.from_bytes(data[position + i : position + i + 2], "little") for i in (1, 3, 5, 7))
    flags = data[position + 9]
    palette, start = _colour_table(data, position + 10, flags)
    end = _skip_sub_blocks(data, start + 1)
    if blocks.frames == 0:
        blocks.palette = palette if palette is not None else blocks.palette
        blocks.covers = (x, y, width, height) == (0, 0, blocks.width, blocks.height)
        blocks.interlaced = bool(flags & 0x40)
        blocks.data_start, blocks.data_end = start, end
    blocks.frames += 1
    return end


def _colour_table(data: bytes, position: int, flags: int) -> tuple[np.ndarray | None, int]:
    if not flags & 0x80:
        return None, position
    count = 2 << (flags & 7)
    table = np.frombuffer(data[position : position + 3 * count], np.uint8)
    if table.size < 3 * count:
        raise IndexError
    return table.reshape(count, 3), position + 3 * count


def _skip_sub_blocks(data: bytes, position: int) -> int:
    while data[position]:
        position += 1 + data[position]
    return position + 1
