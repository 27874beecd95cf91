"""Quantised DCT coefficients → run-length codes, as sequential and progressive scans want them (T.81, annexes F, G)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from operators.codecs.jpeg_frame import ZIGZAG, Frame

BAND_BLOCKS = 16384  # blocks turned into codes at a time: bounds memory, and an end-of-band run stays below 32768


@dataclass(frozen=True)
class Codes:
    """symbol: uint8. table: which Huffman table, kind * 2 + slot. extra, bits: the appended value and its length."""

    symbol: np.ndarray
    table: np.ndarray
    extra: np.ndarray
    bits: np.ndarray


def table_slot(component: int) -> int:
    """Huffman table of a component: luma (and black) 0, chroma 1."""
    return int(component in (1, 2))


def block_codes(frame: Frame, planes: list[np.ndarray], group: list[int], *, ac: bool) -> Iterator[Codes]:
    """Codes of an interleaved scan (or of a lone component), band after band of MCU rows."""
    h, v = (1, 1) if len(group) == 1 else (frame.h_max, frame.v_max)
    factors = [(1, 1)] if len(group) == 1 else [(frame.components[i].h, frame.components[i].v) for i in group]
    if len(group) == 1:
        mcu_rows, mcu_columns = planes[group[0]].shape[:2]
    else:
        mcu_rows, mcu_columns = -(-frame.height // (8 * v)), -(-frame.width // (8 * h))
    per_mcu = sum(a * b for a, b in factors)
    step = max(1, BAND_BLOCKS // (mcu_columns * per_mcu))
    slots = np.concatenate([np.full(a * b, table_slot(i)) for i, (a, b) in zip(group, factors, strict=True)])
    last = np.zeros(len(group), np.int32)
    for top in range(0, mcu_rows, step):
        rows = min(step, mcu_rows - top)
        parts, steps = [], []
        for n, (i, (a, b)) in enumerate(zip(group, factors, strict=True)):
            blocks = _mcu_order(planes[i], top, rows, mcu_columns, a, b)
            dc = blocks[..., 0].reshape(-1).astype(np.int32)
            steps.append(np.diff(dc, prepend=last[n]).reshape(blocks.shape[:2]))
            last[n] = dc[-1]
            parts.append(blocks)
        stream = np.concatenate(parts, axis=1).reshape(-1, 64)
        difference = np.concatenate(steps, axis=1).reshape(-1)
        yield _codes(stream, difference, np.tile(slots, rows * mcu_columns), 1, 63 if ac else 0, runs=False)


def _mcu_order(plane: np.ndarray, top: int, rows: int, columns: int, h: int, v: int) -> np.ndarray:
    """(rows * columns, h * v, 64) blocks in MCU order; blocks beyond the picture repeat the last DC."""
    y, x = np.arange(top * v, (top + rows) * v), np.arange(columns * h)
    inside_y, inside_x = np.minimum(y, plane.shape[0] - 1), np.minimum(x, plane.shape[1] - 1)
    blocks = plane[inside_y[:, None], inside_x[None, :]]
    blocks[y >= plane.shape[0], :, 1:] = 0
    blocks[:, x >= plane.shape[1], 1:] = 0
    return blocks.reshape(rows, v, columns, h, 64).transpose(0, 2, 1, 3, 4).reshape(rows * columns, v * h, 64)


def band_codes(plane: np.ndarray, component: int, low: int, high: int) -> Iterator[Codes]:
    """Codes of one spectral band of one component."""
    blocks = plane.reshape(-1, 64)
    for start in range(0, len(blocks), BAND_BLOCKS):
        part = blocks[start : start + BAND_BLOCKS]
        yield _codes(part, None, np.full(len(part), table_slot(component)), low, high, runs=True)


def _codes(
    blocks: np.ndarray, difference: np.ndarray | None, slots: np.ndarray, low: int, high: int, *, runs: bool
) -> Codes:
    """Run-length codes of blocks (n, 64): the DC difference if given, then zigzag positions low..high."""
    values = np.zeros((len(blocks), high - low + 3), np.int32)  # DC, the band, end of block
    values[:, 1:-1] = blocks[:, ZIGZAG[low : high + 1]]
    there = values != 0
    if difference is not None:
        values[:, 0], there[:, 0] = difference, True
    run_lengths = None
    if high >= low:
        ends = ~there[:, -2]
        if runs:
            run_lengths = _end_runs(ends, there[:, 1:-1].any(axis=1))
            ends = run_lengths > 0
        there[:, -1] = ends
    row, column = np.nonzero(there)
    value = values[row, column]
    is_dc, is_end = column == 0, column == values.shape[1] - 1
    size = _bit_length(np.abs(value))
    gap = np.diff(column, prepend=0) - 1
    starts = np.diff(row, prepend=-1) != 0
    gap[starts] = column[starts] - 1
    gap[is_dc | is_end] = 0
    extra = np.where(value < 0, value + (1 << size) - 1, value)
    symbol = np.where(is_dc, size, (gap & 15) << 4 | size)
    if run_lengths is not None:
        length = run_lengths[row[is_end]]
        size[is_end] = _bit_length(length) - 1
        extra[is_end] = length - (1 << size[is_end])
        symbol[is_end] = size[is_end] << 4
    table = np.where(is_dc, 0, 2) + slots[row]
    return _with_long_gaps(symbol, table, extra, size, gap >> 4)


def _with_long_gaps(
    symbol: np.ndarray, table: np.ndarray, extra: np.ndarray, size: np.ndarray, long: np.ndarray
) -> Codes:
    """Put a ZRL code (16 zeros) before a code for each full 16 zeros of its gap."""
    source = np.repeat(np.arange(len(symbol)), long + 1)
    is_long = np.ones(len(source), bool)
    is_long[np.cumsum(long + 1) - 1] = False
    pick = [a[source] for a in (symbol, extra, size)]
    pick[0][is_long], pick[1][is_long], pick[2][is_long] = 0xF0, 0, 0
    return Codes(pick[0].astype(np.uint8), table[source].astype(np.uint8), pick[1], pick[2])


def _end_runs(ends: np.ndarray, any_ac: np.ndarray) -> np.ndarray:
    """For each block the length of the end-of-band run that is coded there, 0 where none is."""
    starts = ends & (any_ac | ~np.concatenate([[False], ends[:-1]]))
    lengths = np.zeros(len(ends), np.int64)
    if starts.any():
        lengths[starts] = np.bincount((np.cumsum(starts) - 1)[ends])
    return lengths


def _bit_length(magnitude: np.ndarray) -> np.ndarray:
    return np.frexp(magnitude.astype(np.float64))[1]
