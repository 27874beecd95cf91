"""Strips and tiles of a TIFF: compressed bytes ↔ samples (TIFF 6.0, sections 9 to 15)."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass

import numpy as np
from PIL import Image

from operators.codecs.bits import pack_rows, unpack_rows
from operators.codecs.by_pillow import load, open_image
from operators.picture import UnreadableImage

NONE, GROUP3, GROUP4, LZW, DEFLATE, OLD_DEFLATE, PACKBITS, ZSTD = 1, 3, 4, 5, 8, 32946, 32773, 50000
BY_LIBTIFF = {GROUP3: "group3", GROUP4: "group4", LZW: "tiff_lzw", PACKBITS: "packbits", ZSTD: "zstd"}
SUPPORTED = {NONE, DEFLATE, OLD_DEFLATE, *BY_LIBTIFF}


@dataclass(frozen=True)
class SegmentForm:
    """rows, columns: pixels of one segment. samples: per pixel in this segment. order: byte order of 16 bits."""

    rows: int
    columns: int
    samples: int
    bits: int
    compression: int
    predictor: int
    order: str
    fax_options: int = 0

    @property
    def row_bytes(self) -> int:
        return (self.columns * self.samples * self.bits + 7) // 8


def decode_segment(packed: bytes, form: SegmentForm) -> np.ndarray:
    """(rows, columns, samples) uint8 or uint16. Raises `UnreadableImage`."""
    raw = _decompress(packed, form)
    wanted = form.row_bytes * form.rows
    if len(raw) < wanted:
        raise UnreadableImage("truncated", f"a TIFF segment holds {len(raw):,} of {wanted:,} bytes")
    rows = np.frombuffer(raw, np.uint8, wanted).reshape(form.rows, form.row_bytes)
    if form.bits == 16:
        samples = rows.view(form.order + "u2").astype(np.uint16)
    else:
        samples = unpack_rows(rows, form.bits, form.columns * form.samples)
    shaped = samples.reshape(form.rows, form.columns, form.samples)
    if form.predictor == 2:
        shaped = np.cumsum(shaped, axis=1, dtype=shaped.dtype)
    return shaped


def encode_segment(samples: np.ndarray, form: SegmentForm) -> bytes:
    """The inverse of `decode_segment`."""
    if form.predictor == 2:
        samples = np.diff(samples, axis=1, prepend=np.zeros_like(samples[:, :1]))
    rows = samples.reshape(form.rows, -1)
    packed = rows.astype(form.order + "u2").tobytes() if form.bits == 16 else pack_rows(rows, form.bits).tobytes()
    if form.compression == NONE:
        return packed
    if form.compression in (DEFLATE, OLD_DEFLATE):
        return zlib.compress(packed)
    return _compress_by_libtiff(packed, form)


def _decompress(packed: bytes, form: SegmentForm) -> bytes:
    if form.compression == NONE:
        return packed
    if form.compression in (DEFLATE, OLD_DEFLATE):
        try:
            return zlib.decompressobj().decompress(packed, form.row_bytes * form.rows)
        except zlib.error as error:
            raise UnreadableImage("corrupt", f"broken TIFF segment: {error}") from error
    with open_image(_small_tiff(packed, form), "TIFF") as image:
        return _bytes_of(load(image), form)


def _is_fax(form: SegmentForm) -> bool:
    return form.compression in (GROUP3, GROUP4)


def _small_tiff(packed: bytes, form: SegmentForm) -> bytes:
    """A grey TIFF whose only strip is the segment: its rows as bytes, or as bits for the fax codes."""
    fax = _is_fax(form)
    tags = [
        (256, 4, form.columns if fax else form.row_bytes),
        (257, 4, form.rows),
        (258, 3, 1 if fax else 8),
        (259, 3, form.compression),
        (262, 3, 1),
        (273, 4, 8),
        (277, 3, 1),
        (278, 4, form.rows),
        (279, 4, len(packed)),
    ]
    if form.compression == GROUP3:
        tags.append((292, 4, form.fax_options))
    body = packed + b"\0" * (len(packed) % 2)
    entries = b"".join(struct.pack("<HHII", t, k, 1, v) for t, k, v in tags)
    return b"II*\0" + struct.pack("<I", 8 + len(body)) + body + struct.pack("<H", len(tags)) + entries + b"\0" * 4


def _bytes_of(image: Image.Image, form: SegmentForm) -> bytes:
    pixels = np.asarray(image)
    return pack_rows(pixels.astype(np.uint8), 1).tobytes() if _is_fax(form) else pixels.tobytes()


def _compress_by_libtiff(packed: bytes, form: SegmentForm) -> bytes:
    rows = np.frombuffer(packed, np.uint8).reshape(form.rows, form.row_bytes)
    image = Image.fromarray(rows)
    if _is_fax(form):
        image = Image.fromarray(unpack_rows(rows, 1, form.columns) * np.uint8(255)).convert("1")
    buffer = io.BytesIO()
    extra = {292: form.fax_options} if form.compression == GROUP3 else {}
    image.save(
        buffer, "TIFF", compression=BY_LIBTIFF[form.compression], strip_size=len(packed) + 1, tiffinfo={262: 1, **extra}
    )
    with Image.open(buffer) as written:
        tags = written.tag_v2  # type: ignore[attr-defined]
        (start,), (count,) = tags[273], tags[279]
    return buffer.getvalue()[start : start + count]
