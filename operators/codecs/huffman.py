"""Optimal length-limited Huffman tables for JPEG, and packing of their codes into bytes, in numpy."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

LONGEST = 16


@dataclass(frozen=True)
class HuffmanTable:
    """counts: number of codes of length 1..16. symbols: in code order. code, length: uint64 (256,), by symbol."""

    counts: bytes
    symbols: bytes
    code: np.ndarray
    length: np.ndarray

    def segment_body(self, kind: int, slot: int) -> bytes:
        """Body of a DHT segment. kind: 0 DC, 1 AC. slot: 0..3."""
        return bytes((kind << 4 | slot,)) + self.counts + self.symbols


def build_table(histogram: np.ndarray) -> HuffmanTable:
    """The optimal table for a histogram (256,) of symbols: no code above 16 bits, none of ones only (T.81, K.2)."""
    used = [int(s) for s in np.flatnonzero(histogram)] or [0]
    weights = [max(int(histogram[s]), 1) for s in used]
    lengths = _limited_lengths([*weights, 0])[:-1]  # a symbol of weight 0 takes the code of ones
    order = sorted(zip(lengths, used, strict=True))
    counts = np.bincount([n for n, _ in order], minlength=LONGEST + 1)
    code_of, length_of = np.zeros(256, np.uint64), np.zeros(256, np.uint64)
    code, previous = 0, order[0][0]
    for length, symbol in order:
        code <<= length - previous
        code_of[symbol], length_of[symbol], previous = code, length, length
        code += 1
    return HuffmanTable(bytes(counts[1:].astype(np.uint8)), bytes(s for _, s in order), code_of, length_of)


def _limited_lengths(weights: list[int]) -> list[int]:
    """Code lengths of at most 16 bits; the last weight gets the longest. Flattens the weights until they fit."""
    while True:
        heap: list[tuple[int, int, tuple[int, ...]]] = [(w, -i, (i,)) for i, w in enumerate(weights)]
        heapq.heapify(heap)
        lengths = [0] * len(weights)
        while len(heap) > 1:
            (a, tie, left), (b, _, right) = heapq.heappop(heap), heapq.heappop(heap)
            for i in left + right:
                lengths[i] += 1
            heapq.heappush(heap, (a + b, tie, left + right))
        if max(lengths) <= LONGEST:
            return lengths
        weights = [(w + 1) // 2 if w > 1 else w for w in weights]


class BitWriter:
    """Packs codes into bytes, most significant bit first, with the byte stuffing of JPEG scans."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._rest = (0, 0)  # bits not yet written: value, count < 8

    def write(self, values: np.ndarray, lengths: np.ndarray) -> None:
        """Append codes. values, lengths: uint64 (n,), each length 0..56, no bit of a value above its length."""
        values = np.concatenate([np.array([self._rest[0]], np.uint64), values])
        lengths = np.concatenate([np.array([self._rest[1]], np.uint64), lengths])
        keep = lengths > 0
        values, lengths = values[keep], lengths[keep]
        if values.size:
            packed, bits = _pack(values, lengths)
            whole, over = divmod(bits, 8)
            self._rest = (packed[whole] >> (8 - over) if over else 0, over)
            self._parts.append(packed[:whole].replace(b"\xff", b"\xff\x00"))

    def finish(self) -> bytes:
        """All bytes, the last one filled with ones."""
        value, count = self._rest
        if count:
            last = value << (8 - count) | ((1 << (8 - count)) - 1)
            self._parts.append(b"\xff\x00" if last == 0xFF else bytes((last,)))
        self._rest = (0, 0)
        return b"".join(self._parts)


def _pack(values: np.ndarray, lengths: np.ndarray) -> tuple[bytes, int]:
    ends = np.cumsum(lengths)
    starts = ends - lengths
    word, offset = (starts >> np.uint64(6)).astype(np.intp), starts & np.uint64(63)
    room = np.uint64(64) - offset
    spills = lengths > room
    over = np.where(spills, lengths - np.minimum(room, lengths), 0).astype(np.uint64)
    head = np.where(spills, values >> over, values << (room - np.minimum(lengths, room)))
    first = np.flatnonzero(np.diff(word, prepend=-1))  # every word has a code that starts in it
    words = np.zeros(int(ends[-1] >> np.uint64(6)) + 2, np.uint64)
    words[word[first]] = np.bitwise_or.reduceat(head, first)
    words[word[spills] + 1] |= values[spills] << (np.uint64(64) - over[spills])
    return words.astype(">u8").tobytes(), int(ends[-1])
