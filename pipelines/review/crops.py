"""Before and after of one region, side by side in one small picture."""

from __future__ import annotations

import io
import re

import numpy as np
from PIL import Image

CONTEXT = 32  # px around the region
SIDE = 512  # px: the longest side of either half
GAP = 8  # px between the halves
PAPER = 255
QUALITY = 92
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


def side_by_side(before: np.ndarray, after: np.ndarray, box: tuple[int, int, int, int]) -> bytes:
    """A JPEG: `before` on the left, `after` on the right.

    before, after: uint8 (H, W, 3), equal in shape. box: x, y, w, h of the region, pixels; it may leave the picture.
    Raises `ValueError` when the shapes differ, or nothing of the box and its context lies in the picture.
    """
    if before.shape != after.shape:
        raise ValueError(f"before is {before.shape[1]}x{before.shape[0]}, after {after.shape[1]}x{after.shape[0]}")
    window = _window(before.shape[1], before.shape[0], box)
    halves = [_shrunk(picture[window]) for picture in (before, after)]
    gap = np.full((halves[0].shape[0], GAP, 3), PAPER, np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(np.hstack([halves[0], gap, halves[1]])).save(buffer, "JPEG", quality=QUALITY, subsampling=0)
    return buffer.getvalue()


def crop_name(place: int, key: str, region: int) -> str:
    """A file name that any file system takes. place: in the worklist, from 0, which keeps names apart and in order."""
    slug = _UNSAFE.sub("_", key)[-60:].strip("_") or "picture"
    return f"{place + 1:05d}-{slug}-r{region}.jpg"


def _window(width: int, height: int, box: tuple[int, int, int, int]) -> tuple[slice, slice]:
    x, y, w, h = box
    rows = slice(max(0, y - CONTEXT), min(height, y + h + CONTEXT))
    columns = slice(max(0, x - CONTEXT), min(width, x + w + CONTEXT))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        raise ValueError(f"the region at ({x}, {y}) lies outside the picture of {width}x{height}")
    return rows, columns


def _shrunk(part: np.ndarray) -> np.ndarray:
    height, width = part.shape[:2]
    scale = min(1.0, SIDE / max(height, width))
    if scale == 1.0:
        return part
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(Image.fromarray(np.ascontiguousarray(part)).resize(size, Image.Resampling.LANCZOS))
