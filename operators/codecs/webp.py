"""WebP: written back lossless, with ICC, EXIF and XMP. A lossy source keeps its decoded pixels outside the hole,
which VP8's prediction from block to block would not allow, at the price of a larger file."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import numpy as np
from PIL import Image

from operators.codecs.by_pillow import decode_for_viewing, load, open_image
from operators.codecs.limits import check_size
from operators.codecs.orientation import as_stored, exif_orientation, upright
from operators.picture import Picture, UnreadableImage

EFFORT = 3
"""libwebp's method, 0..6: 5 takes 1.6 times as long for about 1% fewer bytes (two photographs of 640x480)."""


def decode(data: bytes, *, max_pixels: int) -> Picture:
    """See `operators.ingest.decode`. Animations pass untouched."""
    if len(data) < 30 or int.from_bytes(data[4:8], "little") + 8 > len(data):
        raise UnreadableImage("truncated", f"the WebP holds {len(data):,} bytes, fewer than its header says")
    chunks = dict(reversed(list(_chunks(data))))
    check_size(*_size(chunks), max_pixels)
    if b"ANIM" in chunks:
        return decode_for_viewing(data, "WEBP", "animated WebP")
    with open_image(data, "WEBP") as image:
        stored = np.asarray(load(image))
        mode = image.mode
    if mode not in ("RGB", "RGBA"):
        raise UnreadableImage("unsupported", f"WebP of mode {mode}")
    orientation = exif_orientation(chunks.get(b"EXIF", b""))
    alpha = upright(stored[..., 3], orientation) if mode == "RGBA" else None
    native = {"data": data, "stored": stored, "chunks": chunks}
    return Picture(upright(stored[..., :3], orientation), "WEBP", mode, orientation, alpha, native=native)


def encode(picture: Picture, rgb: np.ndarray, changed: np.ndarray) -> bytes:
    """See `operators.codecs.encode`."""
    chunks, turn = picture.native["chunks"], picture.orientation
    stored = picture.native["stored"].copy()
    there = as_stored(changed, turn)
    stored[there, :3] = as_stored(rgb, turn)[there]
    buffer = io.BytesIO()
    Image.fromarray(stored).save(
        buffer,
        "WEBP",
        lossless=True,
        exact=True,
        method=EFFORT,
        icc_profile=chunks.get(b"ICCP", b""),
        exif=chunks.get(b"EXIF", b""),
        xmp=chunks.get(b"XMP ", b""),
    )
    return buffer.getvalue()


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position, end = 12, min(len(data), int.from_bytes(data[4:8], "little") + 8)
    while position + 8 <= end:
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        yield data[position : position + 4], data[position + 8 : position + 8 + length]
        position += 8 + length + length % 2


def _size(chunks: dict[bytes, bytes]) -> tuple[int, int]:
    """(width, height) as the header of the picture data, or of the canvas, says."""
    try:
        if b"VP8X" in chunks:
            body = chunks[b"VP8X"]
            return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
        if b"VP8L" in chunks:
            packed = struct.unpack_from("<I", chunks[b"VP8L"], 1)[0]
            return 1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF)
        width, height = struct.unpack_from("<HH", chunks[b"VP8 "], 6)
        return width & 0x3FFF, height & 0x3FFF
    except (KeyError, struct.error) as error:
        raise UnreadableImage("corrupt", "the WebP holds no picture header") from error
