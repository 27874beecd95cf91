"""Samples of 1, 2 and 4 bits, packed most significant first into rows of whole bytes."""

from __future__ import annotations

import numpy as np


def pack_rows(samples: np.ndarray, bits: int) -> np.ndarray:
    """(H, n) uint8 samples of `bits` bits, or (H, n) uint16 for 16 → (H, bytes) uint8, 16 bit big-endian."""
    if bits == 16:
        return np.ascontiguousarray(samples.astype(">u2")).view(np.uint8)
    if bits == 8:
        return samples
    per_byte = 8 // bits
    wide = np.pad(samples, ((0, 0), (0, -samples.shape[1] % per_byte)))
    parts = wide.reshape(samples.shape[0], -1, per_byte)
    out = np.zeros(parts.shape[:2], np.uint8)
    for i in range(per_byte):
        out |= parts[..., i] << (8 - bits * (i + 1))
    return out


def unpack_rows(packed: np.ndarray, bits: int, count: int) -> np.ndarray:
    """The inverse for 1, 2, 4 and 8 bits: (H, bytes) uint8 → (H, count) uint8."""
    if bits == 8:
        return packed[:, :count]
    shifts = np.arange(8 - bits, -1, -bits, dtype=np.uint8)
    samples = (packed[..., None] >> shifts) & np.uint8((1 << bits) - 1)
    return samples.reshape(packed.shape[0], -1)[:, :count]
