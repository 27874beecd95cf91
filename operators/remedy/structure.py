"""Structure that does not fit: filled anew, from farther away, with lines carried on, or copied from near by."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from operators.fill.harmonic import fill_membrane
from operators.remedy.exemplar import completed
from operators.remedy.regrow import refilled
from operators.remedy.wound import Mended, Refill, Wound, within

CANDIDATES = 2
STEPS = (2,)  # px of the picture a px of the coarser view
RADIUS = 5  # px around a pixel that the fluid looks at
SOFT = 1.0  # px: the grain of what is blended into the membrane's tone


def restructured(wound: Wound, refill: Refill) -> Iterator[Mended]:
    """Candidates at the picture's scale, one from farther away, lines carried on, patches of the surroundings."""
    yield from refilled(wound, refill, CANDIDATES)
    for step in STEPS:
        yield from _from_afar(wound, refill, step)
    yield within(wound, _carried_on(wound.rgb, wound.hole))
    copied = completed(wound.rgb, wound.hole)
    if copied is not None:
        yield within(wound, _seamless(wound, copied))


def _from_afar(wound: Wound, refill: Refill, step: int) -> Iterator[Mended]:
    """Filled at 1 / step of the scale: a generator's view holds step times more of the surroundings."""
    height, width = wound.hole.shape
    size = max(width // step, 8), max(height // step, 8)
    laid = fill_membrane(wound.rgb, wound.hole)
    small = cv2.resize(laid, size, interpolation=cv2.INTER_AREA)
    gone = cv2.resize(wound.hole.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0
    for filled in refill(small, gone, 1 - gone.astype(np.float32), wound.seed, 1):
        added = cv2.resize(filled - small, (width, height), interpolation=cv2.INTER_CUBIC)
        yield within(wound, laid + added)


def _carried_on(rgb: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """Isophotes carried into the hole (Bertalmio, Bertozzi & Sapiro, 2001)."""
    levels = np.rint(np.clip(rgb, 0, 1) * 255).astype(np.uint8)
    return cv2.inpaint(levels, hole.astype(np.uint8), RADIUS, cv2.INPAINT_NS).astype(np.float32) / 255


def _seamless(wound: Wound, copied: np.ndarray) -> np.ndarray:
    """The copy's step along the edge taken back by a membrane (cf. Perez, Gangnet & Blake, 2003)."""
    kernel = np.ones((3, 3), np.uint8)
    inner = wound.hole & ~(cv2.erode(wound.hole.astype(np.uint8), kernel) > 0)
    outside = (~wound.hole).astype(np.float32)
    weight = cv2.boxFilter(outside, -1, (3, 3))[..., None]
    ground = cv2.boxFilter(wound.rgb * outside[..., None], -1, (3, 3)) / np.maximum(weight, 1e-6)
    step = np.where((inner & (weight[..., 0] > 1e-6))[..., None], copied - ground, 0).astype(np.float32)
    step[:] = cv2.GaussianBlur(step, (0, 0), SOFT)  # the texture of a pixel is no step
    return copied - fill_membrane(step, wound.hole & ~inner)
