"""PNG as chunks (ISO/IEC 15948): read with their checksums, and written anew around a raster."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from operators.codecs.bits import pack_rows
from operators.picture import UnreadableImage

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
ADAM7 = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))
"""Passes of an interlaced picture: first row, first column, row step, column step."""
IDAT_BYTES = 1 << 20
FILTER_ROWS = 256


@dataclass(frozen=True)
class Header:
    width: int
    height: int
    depth: int
    colour: int
    interlaced: bool

    def body(self) -> bytes:
        return struct.pack(">IIBBBBB", self.width, self.height, self.depth, self.colour, 0, 0, self.interlaced)

    @property
    def channels(self) -> int:
        return CHANNELS[self.colour]


def read_header(data: bytes) -> Header:
    """IHDR. Raises `UnreadableImage`."""
    if len(data) < 33:
        raise UnreadableImage("truncated", f"the PNG ends after {len(data)} bytes, within its header")
    if data[12:16] != b"IHDR":
        raise UnreadableImage("corrupt", "the PNG does not begin with IHDR")
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", data[16:29])
    if zlib.crc32(data[12:29]) != int.from_bytes(data[29:33], "big"):
        raise UnreadableImage("corrupt", "wrong CRC in chunk IHDR")
    if depth not in DEPTHS.get(colour, ()) or interlaced > 1:
        raise UnreadableImage("corrupt", f"IHDR names colour type {colour} with {depth} bits, interlace {interlaced}")
    return Header(width, height, depth, colour, bool(interlaced))


def read_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """(type, body) of all chunks up to IEND. Raises `UnreadableImage`; a wrong CRC counts in critical chunks only."""
    chunks, position = [], len(SIGNATURE)
    while True:
        length, kind = int.from_bytes(data[position : position + 4], "big"), data[position + 4 : position + 8]
        end = position + 12 + length
        if end > len(data):
            name = kind.decode("latin1")
            raise UnreadableImage("truncated", f"the PNG ends within chunk {name!r} at byte {position}")
        body = data[position + 8 : end - 4]
        if zlib.crc32(body, zlib.crc32(kind)) != int.from_bytes(data[end - 4 : end], "big") and kind[:1].isupper():
            raise UnreadableImage("corrupt", f"wrong CRC in chunk {kind.decode('latin1')} at byte {position}")
        chunks.append((kind, body))
        if kind == b"IEND":
            return chunks
        position = end


def chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(body, zlib.crc32(kind)).to_bytes(4, "big")


def check_image_data(header: Header, chunks: list[tuple[bytes, bytes]]) -> None:
    """Inflate IDAT without keeping it. Raises `UnreadableImage` when it is broken or too short for the picture."""
    wanted = sum(h * (1 + -(-w * header.channels * header.depth // 8)) for h, w in _pass_sizes(header))
    inflater, found = zlib.decompressobj(), 0
    try:
        for kind, body in chunks:
            rest = body if kind == b"IDAT" else b""
            while rest and found <= wanted:
                found += len(inflater.decompress(rest, 1 << 20))
                rest = inflater.unconsumed_tail
    except zlib.error as error:
        raise UnreadableImage("corrupt", f"broken PNG image data: {error}") from error
    if found < wanted:
        raise UnreadableImage("truncated", f"the PNG holds {found:,} of {wanted:,} bytes of image data")


def _pass_sizes(header: Header) -> Iterator[tuple[int, int]]:
    if not header.interlaced:
        yield header.height, header.width
        return
    for y, x, dy, dx in ADAM7:
        size = -(-(header.height - y) // dy), -(-(header.width - x) // dx)
        if min(size) > 0:
            yield size


def write_image_data(header: Header, raster: np.ndarray) -> bytes:
    """IDAT chunks of a raster (H, W, C): the filter of each row is the one of least absolute sum (spec, 12.7)."""
    deflater = zlib.compressobj(6)
    packed = b"".join(deflater.compress(part) for part in _filtered(header, raster)) + deflater.flush()
    parts = [packed[i : i + IDAT_BYTES] for i in range(0, len(packed), IDAT_BYTES)]
    return b"".join(chunk(b"IDAT", p) for p in parts)


def _filtered(header: Header, raster: np.ndarray) -> Iterator[bytes]:
    passes = ADAM7 if header.interlaced else ((0, 0, 1, 1),)
    step = max(1, header.channels * header.depth // 8)
    for y, x, dy, dx in passes:
        part = raster[y::dy, x::dx]
        if part.size == 0:
            continue
        rows = pack_rows(part.reshape(part.shape[0], -1), header.depth)
        above = np.zeros((1, rows.shape[1]), np.uint8)
        for top in range(0, len(rows), FILTER_ROWS):
            band = rows[top : top + FILTER_ROWS]
            plain = header.colour == 3 or header.depth < 8
            yield _no_filter(band) if plain else _best_filter(band, above, step)
            above = band[-1:]


def _no_filter(rows: np.ndarray) -> bytes:
    return np.concatenate([np.zeros((len(rows), 1), np.uint8), rows], axis=1).tobytes()


def _best_filter(rows: np.ndarray, above: np.ndarray, step: int) -> bytes:
    up = np.concatenate([above, rows[:-1]])
    left = np.zeros_like(rows)
    left[:, step:] = rows[:, :-step]
    corner = np.zeros_like(rows)
    corner[:, step:] = up[:, :-step]
    mean = ((left.astype(np.uint16) + up) >> 1).astype(np.uint8)
    candidates = np.stack([rows, rows - left, rows - up, rows - mean, rows - _paeth(left, up, corner)])
    cost = np.minimum(candidates, np.uint8(0) - candidates).sum(axis=2, dtype=np.int64)
    best = cost.argmin(axis=0)
    chosen = candidates[best, np.arange(len(rows))]
    return np.concatenate([best[:, None].astype(np.uint8), chosen], axis=1).tobytes()


def _paeth(left: np.ndarray, up: np.ndarray, corner: np.ndarray) -> np.ndarray:
    a, b, c = left.astype(np.int16), up.astype(np.int16), corner.astype(np.int16)
    to_left, to_up, to_corner = np.abs(b - c), np.abs(a - c), np.abs(a + b - 2 * c)
    return np.where(
        (to_left <= to_up) & (to_left <= to_corner), left, np.where(to_up <= to_corner, up, corner)
    )
