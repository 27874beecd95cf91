"""The eight EXIF orientations: between the raster as stored and the upright picture."""

from __future__ import annotations

import struct

import numpy as np

ORIENTATION_TAG = 0x0112


def upright(stored: np.ndarray, orientation: int) -> np.ndarray:
    """Turn a stored raster (H, W, ...) upright. Returns a view."""
    if orientation >= 5:
        stored = stored.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        stored = stored[::-1]
    if orientation in (2, 3, 6, 7):
        stored = stored[:, ::-1]
    return stored


def as_stored(picture: np.ndarray, orientation: int) -> np.ndarray:
    """The inverse of `upright`. Returns a view."""
    if orientation in (2, 3, 6, 7):
        picture = picture[:, ::-1]
    if orientation in (3, 4, 7, 8):
        picture = picture[::-1]
    return picture.swapaxes(0, 1) if orientation >= 5 else picture


def exif_orientation(tiff: bytes) -> int:
    """Orientation 1..8 of an EXIF block (a TIFF stream, with or without `Exif\\0\\0`); 1 when absent or broken."""
    found = _find(tiff.removeprefix(b"Exif\0\0"))
    return found[1] if found else 1


def with_upright_exif(tiff: bytes) -> bytes:
    """The same EXIF block with orientation 1, without the `Exif\\0\\0` prefix."""
    tiff = tiff.removeprefix(b"Exif\0\0")
    found = _find(tiff)
    if not found:
        return tiff
    place, _, order = found
    return tiff[:place] + struct.pack(order + "H", 1) + tiff[place + 2 :]


def _find(tiff: bytes) -> tuple[int, int, str] | None:
    """(offset of the value, value, byte order) of the orientation in the first directory."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return None
    start = struct.unpack_from(order + "I", tiff, 4)[0]
    if start + 2 > len(tiff):
        return None
    for i in range(struct.unpack_from(order + "H", tiff, start)[0]):
        place = start + 2 + 12 * i
        if place + 12 > len(tiff):
            return None
        tag, kind, _ = struct.unpack_from(order + "HHI", tiff, place)
        if tag == ORIENTATION_TAG:
            value = struct.unpack_from(order + "H", tiff, place + 8)[0]
            return (place + 8, value, order) if kind == 3 and 1 <= value <= 8 else None
    return None
