"""PNG: every colour type and bit depth, interlaced or not; all other chunks are carried over byte for byte."""

from __future__ import annotations

import io

import cv2
import numpy as np
from PIL import Image

from operators.codecs.limits import check_size
from operators.codecs.orientation import as_stored, exif_orientation, upright, with_upright_exif
from operators.codecs.png_chunks import (
    SIGNATURE,
    Header,
    check_image_data,
    chunk,
    read_chunks,
    read_header,
    write_image_data,
)
from operators.codecs.raster import Layout, changed_raster, look
from operators.picture import Picture, UnreadableImage


def decode(data: bytes, *, max_pixels: int) -> Picture:
    """See `operators.ingest.decode`."""
    header = read_header(data)
    check_size(header.width, header.height, max_pixels)
    chunks = read_chunks(data)
    check_image_data(header, chunks)
    bodies = dict(reversed(chunks))
    layout = _layout(header, bodies)
    raster = _raster(header, chunks)
    if layout.kind == "palette" and layout.palette is not None and int(raster.max()) >= len(layout.palette):
        raise UnreadableImage("corrupt", f"a pixel uses palette entry {raster.max()} of {len(layout.palette)}")
    orientation = exif_orientation(bodies.get(b"eXIf", b""))
    rgb, alpha = look(raster, layout)
    if alpha is None and b"tRNS" in bodies and layout.kind != "palette":
        alpha = _keyed(raster, bodies[b"tRNS"], header)
    reason = "animated PNG" if b"acTL" in bodies else ""
    native = {"data": data, "header": header, "chunks": chunks, "raster": raster, "layout": layout}
    turned = None if alpha is None else upright(alpha, orientation)
    return Picture(upright(rgb, orientation), "PNG", layout.mode, orientation, turned, not reason, reason, native)


def encode(picture: Picture, rgb: np.ndarray, changed: np.ndarray) -> bytes:
    """See `operators.codecs.encode`."""
    native, turn = picture.native, picture.orientation
    header: Header = native["header"]
    raster = changed_raster(native["raster"], native["layout"], as_stored(rgb, turn), as_stored(changed, turn))
    if native["layout"].kind in ("grey", "rgb") and picture.transparency is not None and not native["layout"].alpha:
        raster = _off_the_key(raster, native, as_stored(changed, turn))
    out, written = [SIGNATURE], False
    for kind, body in native["chunks"]:
        if kind != b"IDAT":
            out.append(chunk(kind, body))
        elif not written:
            out.append(write_image_data(header, raster))
            written = True
    return b"".join(out)


def encode_anew(picture: Picture, rgb: np.ndarray, *, icc: bytes, exif: bytes) -> bytes:
    """A PNG of `rgb` (H, W, 3) upright with the picture's transparency; icc, exif: blocks to carry over, or empty."""
    alpha = picture.transparency
    grey = picture.mode in ("1", "L", "LA", "L;16", "LA;16")
    samples = [rgb[..., :1] if grey else rgb] + ([alpha[..., None]] if alpha is not None else [])
    raster = np.concatenate(samples, axis=2)
    colour = (0 if grey else 2) + (4 if alpha is not None else 0)
    header = Header(rgb.shape[1], rgb.shape[0], 8 * rgb.dtype.itemsize, colour, False)
    out = [SIGNATURE, chunk(b"IHDR", header.body())]
    if icc:
        import zlib

        out.append(chunk(b"iCCP", b"ICC Profile\0\0" + zlib.compress(icc)))
    if exif:
        out.append(chunk(b"eXIf", with_upright_exif(exif)))
    return b"".join([*out, write_image_data(header, raster), chunk(b"IEND", b"")])


def encode_mask(mask: np.ndarray) -> bytes:
    """A grey 8-bit PNG of a bool (H, W) mask: 255 where true."""
    header = Header(mask.shape[1], mask.shape[0], 8, 0, False)
    raster = (mask.astype(np.uint8) * 255)[..., None]
    return b"".join([SIGNATURE, chunk(b"IHDR", header.body()), write_image_data(header, raster), chunk(b"IEND", b"")])


def _layout(header: Header, bodies: dict[bytes, bytes]) -> Layout:
    if header.colour != 3:
        return Layout("grey" if header.colour in (0, 4) else "rgb", header.depth, header.colour in (4, 6))
    if len(bodies.get(b"PLTE", b"")) < 3:
        raise UnreadableImage("corrupt", "palette PNG without a palette")
    palette = np.frombuffer(bodies[b"PLTE"][: len(bodies[b"PLTE"]) // 3 * 3], np.uint8).reshape(-1, 3)
    opacity = None
    if b"tRNS" in bodies:
        opacity = np.full(len(palette), 255, np.uint8)
        given = np.frombuffer(bodies[b"tRNS"][: len(palette)], np.uint8)
        opacity[: len(given)] = given
    return Layout("palette", header.depth, False, palette, opacity)


def _raster(header: Header, chunks: list[tuple[bytes, bytes]]) -> np.ndarray:
    """The stored samples, decoded without the chunks that would make a decoder convert them."""
    bare = SIGNATURE + b"".join(chunk(k, b) for k, b in chunks if k in (b"IHDR", b"PLTE", b"IDAT", b"IEND"))
    if header.depth == 16:
        pixels = cv2.imdecode(np.frombuffer(bare, np.uint8), cv2.IMREAD_UNCHANGED)
        if pixels is None or pixels.dtype != np.uint16:
            raise UnreadableImage("corrupt", "the 16-bit PNG could not be decoded")
        return _own_channels(pixels.reshape(*pixels.shape[:2], -1), header)
    try:
        with Image.open(io.BytesIO(bare), formats=["PNG"]) as image:
            samples = np.asarray(image)
    except (OSError, ValueError, SyntaxError) as error:
        raise UnreadableImage("corrupt", f"broken PNG: {error}") from error
    samples = samples.astype(np.uint8).reshape(header.height, header.width, -1)
    if header.colour == 0 and 1 < header.depth < 8:  # Pillow scales grey to 8 bits
        samples = samples // (255 // ((1 << header.depth) - 1))
    return samples


def _own_channels(pixels: np.ndarray, header: Header) -> np.ndarray:
    """OpenCV's order and expansion back to the file's: BGR(A) → RGB(A), grey with alpha from BGRA."""
    if header.channels == 1:
        return pixels[..., :1]
    if header.channels == 2:
        return pixels[..., [0, -1]]
    return pixels[..., [2, 1, 0] + ([3] if header.channels == 4 else [])]


def _keyed(raster: np.ndarray, key: bytes, header: Header) -> np.ndarray:
    """Transparency by a key colour."""
    values = np.frombuffer(key[: 2 * header.channels], ">u2")
    full = np.uint16(65535) if header.depth == 16 else np.uint8(255)
    return np.where((raster == values).all(axis=2), np.zeros_like(full), full)


def _off_the_key(raster: np.ndarray, native: dict, changed: np.ndarray) -> np.ndarray:
    """A filled pixel that hits the transparent key colour by chance would become a hole: move it by one level."""
    key = np.frombuffer(dict(native["chunks"])[b"tRNS"][: 2 * native["header"].channels], ">u2")
    was = (native["raster"] == key).all(axis=2)
    hit = changed & (raster == key).all(axis=2) & ~was
    raster[hit, 0] ^= 1
    back = changed & was
    raster[back] = native["raster"][back]
    return raster
