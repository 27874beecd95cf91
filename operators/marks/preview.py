"""A picture of marks: each on a checkerboard in its colours, and its alpha beside it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from operators.marks.mark import Mark

WIDTH, GAP, CHECK, LABEL = 900, 12, 8, 22  # px
PAPER, LIGHT, DARK = 245, 190, 110  # grey levels


def preview(marks: Sequence[Mark]) -> np.ndarray:
    """uint8 (H, W, 3) RGB, one row a mark. Without marks an empty sheet."""
    rows = [_row(mark) for mark in marks] or [np.full((60, WIDTH, 3), PAPER, np.uint8)]
    return np.vstack(rows)


def _row(mark: Mark) -> np.ndarray:
    alpha, colour = mark.alpha.astype(np.float32), np.clip(mark.colour.astype(np.float32), 0, 1)
    half = (WIDTH - 3 * GAP) // 2
    scale = min(3.0, half / alpha.shape[1], 260 / alpha.shape[0])
    share, tint = (cv2.resize(v, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1
                              else cv2.INTER_NEAREST) for v in (alpha, colour))
    high, wide = share.shape
    page = np.full((high + LABEL + 2 * GAP, WIDTH, 3), PAPER, np.uint8)
    shown = share[..., None] * tint * 255 + (1 - share[..., None]) * _checks(high, wide)
    page[LABEL + GAP : LABEL + GAP + high, GAP : GAP + wide] = np.rint(shown)
    right = np.s_[LABEL + GAP : LABEL + GAP + high, 2 * GAP + half : 2 * GAP + half + wide]
    page[right] = np.rint(share * 255).astype(np.uint8)[..., None]
    cv2.putText(page, f"{mark.name}  {alpha.shape[1]}x{alpha.shape[0]}", (GAP, LABEL), cv2.FONT_HERSHEY_SIMPLEX, 0.5,
                (40, 40, 40), 1, cv2.LINE_AA)
    return page


def _checks(height: int, width: int) -> np.ndarray:
    """float32 (height, width, 1): a checkerboard."""
    dark = (np.arange(height)[:, None] // CHECK + np.arange(width)[None] // CHECK) % 2
    return np.where(dark, DARK, LIGHT).astype(np.float32)[..., None]
