"""BMP: uncompressed pictures are patched in place, so every byte that is not a changed sample stays."""

from __future__ import annotations

import struct

import numpy as np

from operators.codecs.bits import pack_rows, unpack_rows
from operators.codecs.by_pillow import decode_for_viewing
from operators.codecs.limits import check_size
from operators.codecs.raster import Layout, changed_raster, look
from operators.picture import Picture, UnreadableImage

PLAIN_MASKS = (0x00FF0000, 0x0000FF00, 0x000000FF)


def decode(data: bytes, *, max_pixels: int) -> Picture:
    """See `operators.ingest.decode`. Run-length coded and 16-bit pictures are readable but pass untouched."""
    if len(data) < 26:
        raise UnreadableImage("truncated", f"the BMP ends after {len(data)} bytes, within its header")
    start, size = struct.unpack_from("<II", data, 10)
    old = size == 12
    if not old and (size < 40 or len(data) < 14 + size):
        raise UnreadableImage("corrupt", f"BMP header of {size} bytes")
    width, height = struct.unpack_from("<HH" if old else "<ii", data, 18)
    check_size(width, abs(height), max_pixels)
    bits = struct.unpack_from("<H", data, 24 if old else 28)[0]
    compression = 0 if old else struct.unpack_from("<I", data, 30)[0]
    if compression == 3 and bits == 32 and struct.unpack_from("<III", data, 54) == PLAIN_MASKS:
        compression = 0
    if compression or bits not in (1, 4, 8, 24, 32):
        reason = f"BMP with compression {compression} and {bits} bits"
        return decode_for_viewing(data, "BMP", reason)
    stride = (width * bits + 31) // 32 * 4
    if start + stride * abs(height) > len(data):
        raise UnreadableImage("truncated", f"the BMP holds {len(data):,} of {start + stride * abs(height):,} bytes")
    rows = np.frombuffer(data, np.uint8, stride * abs(height), start).reshape(abs(height), stride)
    layout = Layout("rgb") if bits >= 24 else Layout("palette", bits, palette=_palette(data, size, start, bits))
    raster = _samples(rows[::-1] if height > 0 else rows, bits, width)
    if layout.palette is not None and int(raster.max()) >= len(layout.palette):
        raise UnreadableImage("corrupt", f"a pixel uses palette entry {raster.max()} of {len(layout.palette)}")
    native = {"data": data, "raster": raster, "layout": layout, "start": start, "stride": stride, "flipped": height > 0}
    return Picture(look(raster, layout)[0], "BMP", layout.mode, native=native)


def encode(picture: Picture, rgb: np.ndarray, changed: np.ndarray) -> bytes:
    """See `operators.codecs.encode`."""
    native = picture.native
    layout, stride = native["layout"], native["stride"]
    raster = changed_raster(native["raster"], layout, rgb, changed)
    out = np.frombuffer(native["data"], np.uint8).copy()
    rows = out[native["start"] : native["start"] + stride * len(raster)].reshape(len(raster), stride)
    rows = rows[::-1] if native["flipped"] else rows
    if layout.kind == "rgb":
        step = raster.shape[2]
        pixels = rows[:, : raster.shape[1] * step].reshape(*raster.shape)
        pixels[changed, :3] = raster[changed][:, 2::-1]
        rows[:, : raster.shape[1] * step] = pixels.reshape(len(raster), -1)
    else:
        packed = pack_rows(raster[..., 0], layout.bits)
        rows[:, : packed.shape[1]] = packed
    return out.tobytes()


def _samples(rows: np.ndarray, bits: int, width: int) -> np.ndarray:
    if bits < 24:
        return unpack_rows(rows, bits, width)[..., None]
    step = bits // 8
    pixels = rows[:, : width * step].reshape(len(rows), width, step)
    return pixels[..., [2, 1, 0, 3][:step]]


def _palette(data: bytes, size: int, start: int, bits: int) -> np.ndarray:
    step = 3 if size == 12 else 4
    begin = 14 + size
    count = min((start - begin) // step, 1 << bits)
    if count < 1:
        raise UnreadableImage("corrupt", "palette BMP without a palette")
    return np.frombuffer(data, np.uint8, count * step, begin).reshape(count, step)[:, 2::-1].copy()
