"""What the verifier looks at: squares of the composite along the edge of a hole."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

SIDE = 128  # px of a view
BAND = 4  # px on both sides of the hole's edge that some view must show
RIM = 12  # px of a view that are context alone, where the picture goes on


@dataclass(frozen=True)
class SeamView:
    """rgb: float32 (SIDE, SIDE, 3), 0..1, the composite. alpha: float32 (SIDE, SIDE), 0..1, share of overlay that was
    seen there, all 1 in holes that were asked for without an overlay. hole: bool (SIDE, SIDE), the pixels that may have
    changed. Beyond the picture's edge all three are its mirror image."""

    rgb: np.ndarray
    alpha: np.ndarray
    hole: np.ndarray


def seam_views(
    rgb: np.ndarray, alpha: np.ndarray, hole: np.ndarray, own: np.ndarray | None = None
) -> list[SeamView]:
    """Views that together show the whole edge of the hole, BAND px on both sides, at the picture's own scale.

    rgb: float32 (H, W, 3). alpha: float (H, W). hole: bool (H, W). own: bool (H, W), the part of the hole whose edge is
    to be shown, all of it when not given; without a pixel of it there are no views.
    """
    band = _band(hole if own is None else own)
    ys, xs = np.flatnonzero(band.any(1)), np.flatnonzero(band.any(0))
    if ys.size == 0:
        return []
    height, width = hole.shape
    return [_cut(rgb, alpha, hole, y, x) for y in _origins(int(ys[0]), int(ys[-1]) + 1, height)
            for x in _origins(int(xs[0]), int(xs[-1]) + 1, width) if _shows(band, y, x)]


def _band(hole: np.ndarray) -> np.ndarray:
    """Bool (H, W): within BAND px of the hole's edge; a hole that fills the window has no edge and is shown itself."""
    disc, solid = np.ones((2 * BAND + 1, 2 * BAND + 1), np.uint8), hole.astype(np.uint8)
    inner = cv2.erode(solid, disc, borderType=cv2.BORDER_CONSTANT, borderValue=1)
    band = (cv2.dilate(solid, disc) > 0) & (inner == 0)
    return band if band.any() else hole


def _origins(start: int, stop: int, limit: int) -> list[int]:
    """First pixels of equally spaced views of start..stop on an axis of `limit` px; negative when it is shorter."""
    if limit <= SIDE:
        return [(limit - SIDE) // 2]
    core, length = SIDE - 2 * RIM, stop - start
    if length <= core:
        return [min(max(start + (length - SIDE) // 2, 0), limit - SIDE)]
    count = int(np.ceil(length / core))
    firsts = (start - RIM + round(k * (length - core) / (count - 1)) for k in range(count))
    return sorted({min(max(first, 0), limit - SIDE) for first in firsts})


def _shows(band: np.ndarray, y: int, x: int) -> bool:
    return bool(band[max(y, 0) : y + SIDE, max(x, 0) : x + SIDE].any())


def _cut(rgb: np.ndarray, alpha: np.ndarray, hole: np.ndarray, y: int, x: int) -> SeamView:
    height, width = hole.shape
    top, left = max(y, 0), max(x, 0)
    rows, columns = slice(top, min(y + SIDE, height)), slice(left, min(x + SIDE, width))
    pad = [(top - y, y + SIDE - rows.stop), (left - x, x + SIDE - columns.stop)]
    parts = (np.pad(part[rows, columns], pad + [(0, 0)] * (part.ndim - 2), mode="symmetric")
             for part in (rgb.astype(np.float32, copy=False), alpha.astype(np.float32, copy=False), hole))
    return SeamView(*parts)
