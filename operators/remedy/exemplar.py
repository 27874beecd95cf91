"""Patch completion: the hole copied together from what lies around it, along the lines that enter it first.

The order is Criminisi's ("Region filling and object removal by exemplar-based inpainting", 2004): confidence times
the isophote that meets the front. The search stays near, on a coarse grid if need be, so that the cost is bounded.
"""

from __future__ import annotations

import cv2
import numpy as np

from operators.measures.luma import LUMA

PATCH = 4  # px: radius of a patch
NEAR = 28  # px around a patch that are searched
WORK = 1500  # px of hole that are completed one by one; larger holes on a coarser grid
FAR_PENALTY = 2e-4  # of squared full scale a px: of two alike the nearer one


def completed(rgb: np.ndarray, hole: np.ndarray) -> np.ndarray | None:
    """float32 (H, W, 3) and bool (H, W) → float32 (H, W, 3), equal outside the hole; None when there is no whole patch
    of known pixels near some part of it."""
    step = max(int(np.ceil(np.sqrt(hole.sum() / WORK))), 1)
    small, gone = _coarse(rgb, hole, step)
    sources = _sources(small, gone)
    if sources is None:
        return None
    return _copied(rgb, hole, sources, step)


def _coarse(rgb: np.ndarray, hole: np.ndarray, step: int) -> tuple[np.ndarray, np.ndarray]:
    """The mean of each step x step block, and whether any of it is hole; what does not fill a block is mirrored."""
    down, across = -hole.shape[0] % step, -hole.shape[1] % step
    padded = np.pad(rgb, ((0, down), (0, across), (0, 0)), mode="symmetric")
    gone = np.pad(hole, ((0, down), (0, across)), mode="symmetric")
    height, width = gone.shape[0] // step, gone.shape[1] // step
    blocks = padded.reshape(height, step, width, step, 3).mean((1, 3), dtype=np.float32)
    return blocks, np.asarray(gone.reshape(height, step, width, step).any((1, 3)))


def _sources(rgb: np.ndarray, hole: np.ndarray) -> np.ndarray | None:
    """Int (H, W, 2): the pixel each one is copied from; its own where it is known."""
    image, open_ = rgb.copy(), hole.copy()
    sources = np.moveaxis(np.indices(hole.shape), 0, -1).copy()
    whole = cv2.erode((~hole).astype(np.uint8), np.ones((2 * PATCH + 1,) * 2, np.uint8), borderValue=0,
                      borderType=cv2.BORDER_CONSTANT) > 0
    confidence = (~hole).astype(np.float32)
    data = _isophotes(image, open_)
    while open_.any():
        y, x = _next(open_, confidence, data)
        here = _around(y, x, hole.shape)
        found = _match(image, open_, whole, y, x, here)
        if found is None:
            return None
        new = open_[here]
        there = tuple(slice(s.start + by, s.stop + by) for s, by in zip(here, found, strict=True))
        confidence[here][new] = confidence[here].mean()
        image[here][new] = image[there][new]
        sources[here][new] = sources[there][new]
        open_[here] = False
        _renew(data, image, open_, here)
    return sources


def _around(y: int, x: int, shape: tuple[int, ...]) -> tuple[slice, slice]:
    rows, columns = (slice(max(c - PATCH, 0), min(c + PATCH + 1, n)) for c, n in zip((y, x), shape, strict=True))
    return rows, columns


def _isophotes(image: np.ndarray, open_: np.ndarray) -> np.ndarray:
    """Float32 (H, W): strength of the lines near each pixel, from known pixels alone."""
    luma = image @ LUMA
    across, down = (cv2.Sobel(luma, cv2.CV_32F, *axis, scale=0.125) for axis in ((1, 0), (0, 1)))
    sure = cv2.erode((~open_).astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32)
    strength = np.hypot(across, down) * sure
    return cv2.dilate(strength, np.ones((5, 5), np.uint8))


def _renew(data: np.ndarray, image: np.ndarray, open_: np.ndarray, here: tuple[slice, slice]) -> None:
    """Isophotes around what was just copied."""
    wide = tuple(slice(max(s.start - 6, 0), s.stop + 6) for s in here)
    data[wide] = _isophotes(image[wide], open_[wide])


def _next(open_: np.ndarray, confidence: np.ndarray, data: np.ndarray) -> tuple[int, int]:
    """The pixel of the front with the highest priority; the first of equals."""
    solid = open_.astype(np.uint8)
    front = solid - cv2.erode(solid, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=1)
    ys, xs = np.nonzero(front if front.any() else solid)
    trust = cv2.boxFilter(confidence, -1, (2 * PATCH + 1,) * 2, borderType=cv2.BORDER_CONSTANT)[ys, xs]
    best = int(np.argmax(trust * (data[ys, xs] + 0.01)))
    return int(ys[best]), int(xs[best])


def _match(
    image: np.ndarray, open_: np.ndarray, whole: np.ndarray, y: int, x: int, here: tuple[slice, slice]
) -> tuple[int, int] | None:
    """Offset (dy, dx) to the most similar known patch within NEAR px; None when there is none."""
    known = (~open_[here]).astype(np.float32)
    height, width = known.shape
    top, left = max(here[0].start - NEAR, 0), max(here[1].start - NEAR, 0)
    area = image[top : here[0].stop + NEAR, left : here[1].stop + NEAR]
    valid = whole[top : here[0].stop + NEAR, left : here[1].stop + NEAR]
    valid = valid[y - here[0].start :, x - here[1].start :][: area.shape[0] - height + 1, : area.shape[1] - width + 1]
    rows, columns = valid.shape
    if not valid.any():
        return None
    error = cv2.matchTemplate(area, image[here], cv2.TM_SQDIFF, mask=np.repeat(known[..., None], 3, 2))[:rows, :columns]
    dy, dx = np.arange(rows)[:, None] + top - here[0].start, np.arange(columns)[None] + left - here[1].start
    cost = np.where(valid, error / max(float(known.sum()), 1) + FAR_PENALTY * np.hypot(dy, dx), np.inf)
    row, column = np.unravel_index(int(np.argmin(cost)), cost.shape)
    return int(row) + top - here[0].start, int(column) + left - here[1].start


def _copied(rgb: np.ndarray, hole: np.ndarray, sources: np.ndarray, step: int) -> np.ndarray:
    """Every pixel of the hole from the place that its block was copied from."""
    ys, xs = np.nonzero(hole)
    origin = sources[ys // step, xs // step] * step
    rows = np.clip(origin[:, 0] + ys % step, 0, hole.shape[0] - 1)
    columns = np.clip(origin[:, 1] + xs % step, 0, hole.shape[1] - 1)
    out = rgb.copy()
    out[ys, xs] = rgb[rows, columns]
    return out
