"""Quantised DCT coefficients → a JPEG file: sequential or progressive, with optimal Huffman tables.

Coefficients go in and come out exactly. A progressive file gets one DC scan and two AC bands per component.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from operators.codecs.huffman import BitWriter, HuffmanTable, build_table
from operators.codecs.jpeg_codes import Codes, band_codes, block_codes, table_slot
from operators.codecs.jpeg_frame import ARITHMETIC, DAC, DHT, DRI, EOI, SOI, SOS, Frame, Segment

MCU_LIMIT = 10  # blocks of an interleaved MCU
AC_BANDS = ((1, 5), (6, 63))


def write_jpeg(frame: Frame, planes: list[np.ndarray]) -> bytes:
    """The file of `frame` with other coefficients. planes: as `read_coefficients` gives them.

    All segments are carried over in order; only scans, Huffman tables and restart intervals are made anew.
    """
    out = [bytes((0xFF, SOI))]
    for segment in frame.segments + [s for s in frame.late if s.marker not in (DHT, DRI, DAC)]:
        if segment.marker in ARITHMETIC:
            segment = Segment(segment.marker - 8, segment.body)
        if segment.marker not in (DHT, DRI, DAC):
            out.append(segment.to_bytes())
    zigzag = [p.reshape(*p.shape[:2], 64) for p in planes]
    out += _progressive(frame, zigzag) if frame.progressive else _sequential(frame, zigzag)
    return b"".join(out) + bytes((0xFF, EOI)) + frame.trailing


def _sequential(frame: Frame, planes: list[np.ndarray]) -> Iterator[bytes]:
    for group in _interleaving(frame):
        yield _scan(frame, group, (0, 63), partial(block_codes, frame, planes, group, ac=True))


def _progressive(frame: Frame, planes: list[np.ndarray]) -> Iterator[bytes]:
    for group in _interleaving(frame):
        yield _scan(frame, group, (0, 0), partial(block_codes, frame, planes, group, ac=False))
    for low, high in AC_BANDS:
        for i in range(len(planes)):
            yield _scan(frame, [i], (low, high), partial(band_codes, planes[i], i, low, high))


def _interleaving(frame: Frame) -> list[list[int]]:
    """Which components share a scan."""
    everything = list(range(len(frame.components)))
    if sum(c.h * c.v for c in frame.components) <= MCU_LIMIT:
        return [everything]
    return [[i] for i in everything]


def _scan(frame: Frame, group: list[int], band: tuple[int, int], codes: Callable[[], Iterator[Codes]]) -> bytes:
    """DHT, SOS and entropy-coded data. `codes` is run twice: to count symbols, and to write them."""
    histogram = np.zeros((4, 256), np.int64)
    kept: list[Codes] = []
    for part in codes():
        flat = part.table.astype(np.intp) * 256 + part.symbol
        histogram += np.bincount(flat, minlength=1024).reshape(4, 256)
        kept = [*kept, part] if len(kept) < 2 else kept
    tables = {i: build_table(histogram[i]) for i in range(4) if histogram[i].any()}
    writer = BitWriter()
    for part in kept if len(kept) == 1 else codes():
        _emit(writer, part, tables)
    out = b"".join(Segment(DHT, t.segment_body(i >> 1, i & 1)).to_bytes() for i, t in tables.items())
    header = bytes((len(group),))
    for i in group:
        used = table_slot(i)
        header += bytes((frame.components[i].identifier, (used << 4 if band[0] == 0 else 0) | (used if band[1] else 0)))
    return out + Segment(SOS, header + bytes((*band, 0))).to_bytes() + writer.finish()


def _emit(writer: BitWriter, part: Codes, tables: dict[int, HuffmanTable]) -> None:
    code, length = np.zeros((4, 256), np.uint64), np.zeros((4, 256), np.uint64)
    for i, table in tables.items():
        code[i], length[i] = table.code, table.length
    flat = part.table.astype(np.intp) * 256 + part.symbol
    bits = part.bits.astype(np.uint64)
    writer.write(code.reshape(-1)[flat] << bits | part.extra.astype(np.uint64), length.reshape(-1)[flat] + bits)
