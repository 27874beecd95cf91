"""The pictures of one case: the same window of input, result, target and baseline, and what differs."""

from __future__ import annotations

import io
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from pipelines.evaluation.loading import Loaded
from pipelines.evaluation.methods import Attempt

SIDE = 480  # px, longest side of a window
LEAST_WIDTH, LEAST_HEIGHT = 300, 180
CONTEXT = 32  # px around the mask
STEP = 8  # px between the windows that are tried
HOTTEST = 64  # levels of 255 that the error map shows as its brightest
QUALITY = 86
MASK_COLOUR, HOLE_COLOUR = (64, 196, 255), (255, 64, 160)


@dataclass(frozen=True)
class Crops:
    """x, y, width, height: of the window, px of the picture. files: WebP bytes by name: input, ours, target, error,
    outline, baseline."""

    x: int
    y: int
    width: int
    height: int
    files: dict[str, bytes]


def crop(pair: Loaded, ours: Attempt, baseline: Attempt) -> Crops:
    """The window around the mask (else our hole); where that is too large, the part with the most error."""
    error = cv2.absdiff(ours.picture, pair.target).max(2)
    box = _window(pair.mask if pair.mask.any() else ours.hole, error)
    views = {"input": pair.before[box], "ours": ours.picture[box], "target": pair.target[box],
             "error": heat(error[box]), "outline": outlined(pair.before[box], pair.mask[box], ours.hole[box]),
             "baseline": baseline.picture[box]}
    height, width = error[box].shape
    return Crops(box[1].start, box[0].start, width, height, {name: _webp(view) for name, view in views.items()})


def heat(error: np.ndarray) -> np.ndarray:
    """uint8 (h, w) levels → (h, w, 3) uint8 RGB, black where nothing differs."""
    scaled = np.minimum(error.astype(np.float32) / HOTTEST, 1) * 255
    return cv2.applyColorMap(scaled.astype(np.uint8), cv2.COLORMAP_INFERNO)[:, :, ::-1]


def outlined(rgb8: np.ndarray, mask: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """(h, w, 3) uint8: the true mask tinted and the outline of our hole over the faded picture."""
    grey = cv2.cvtColor(np.ascontiguousarray(rgb8), cv2.COLOR_RGB2GRAY)
    faded = np.repeat((40 + grey * 0.45).astype(np.uint8)[..., None], 3, 2)
    faded[mask] = (0.35 * faded[mask] + 0.65 * np.array(MASK_COLOUR)).astype(np.uint8)
    contours, _ = cv2.findContours(hole.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    return cv2.drawContours(faded, contours, -1, HOLE_COLOUR, 1)


def _window(where: np.ndarray, error: np.ndarray) -> tuple[slice, slice]:
    rows, columns = np.flatnonzero(where.any(1)), np.flatnonzero(where.any(0))
    spans = [(int(n[0]) - CONTEXT, int(n[-1]) + 1 + CONTEXT) if n.size else (0, size)
             for n, size in ((rows, where.shape[0]), (columns, where.shape[1]))]
    (y0, y1), (x0, x1) = (_fitted(low, high, least, size) for (low, high), least, size in
                          zip(spans, (LEAST_HEIGHT, LEAST_WIDTH), where.shape, strict=True))
    height, width = min(y1 - y0, SIDE), min(x1 - x0, SIDE)
    sums = cv2.integral(np.where(where, error, 0)[y0:y1, x0:x1].astype(np.float32))
    total = (sums[height:, width:] - sums[:-height, width:] - sums[height:, :-width] + sums[:-height, :-width])
    y, x = np.unravel_index(int(total[::STEP, ::STEP].argmax()), total[::STEP, ::STEP].shape)
    top, left = y0 + int(y) * STEP, x0 + int(x) * STEP
    return slice(top, top + height), slice(left, left + width)


def _fitted(low: int, high: int, least: int, size: int) -> tuple[int, int]:
    """The span, at least so long where the picture is, inside the picture."""
    more = max(0, least - (high - low))
    low, high = low - more // 2, high + more - more // 2
    low, high = low - max(0, high - size), high - min(0, low)
    return max(low, 0), min(high, size)


def _webp(view: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(view)).save(buffer, "WEBP", quality=QUALITY, method=2)
    return buffer.getvalue()
