"""Ghosts: what of the overlay's shape is left in the filling, measured along its silhouette and taken back.

The composite's detail is regressed on the silhouette's, with weights that leave out what the picture itself shows
there (Cauchy); the share may change slowly over the hole.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from operators.measures.luma import LUMA
from operators.measures.smoothing import blurred, detail
from operators.remedy.wound import Mended, Refill, Wound, filled_part, within

SIGMA = 3.0  # px: coarser than that the picture itself is stronger than any ghost
REACH = 3  # px by which a ghost may be moved
LOCAL = 14.0  # px, sigma of the neighbourhood that shares a strength
STIFF = 12.0  # px of silhouette at full contrast after which the neighbourhood outweighs the whole
ROUNDS = 4
FLOOR = 0.01
EDGE = 0.02  # of the silhouette's detail: below it a pixel says nothing
SPOT = 0.12  # of full scale: residue above it hides what was under it


def exorcised(wound: Wound, refill: Refill) -> Iterator[Mended]:
    """Subtract the residue: one strength for all, then one that changes over the hole; fill anew where it is too strong
    to be subtracted, then under all of the silhouette."""
    shape = _likeliest(wound)
    if shape is None:
        return
    yield within(wound, wound.rgb - shape[..., None] * _strength(wound, shape, local=False))
    changing = _strength(wound, shape, local=True)
    yield within(wound, wound.rgb - shape[..., None] * changing)
    yield from _spots(wound, refill, shape, changing)


def _likeliest(wound: Wound) -> np.ndarray | None:
    """Float32 (H, W), 0..1: the silhouette or its outline, moved to where it explains most of the detail; None without
    a silhouette."""
    alpha = (wound.alpha * wound.hole).astype(np.float32)
    if float(alpha.std()) < 1e-3:
        return None
    box = _box(wound.hole, 4 * REACH)
    fine = detail((wound.rgb[box] @ LUMA).astype(np.float32), SIGMA)
    best, found = -1.0, alpha
    for shape in (alpha, _outline(alpha)):
        form = detail(shape[box], SIGMA)
        for dy in range(-REACH, REACH + 1):
            for dx in range(-REACH, REACH + 1):
                explained = _explained(fine, form, dy, dx)
                if explained > best:
                    best, found = explained, _moved(shape, dy, dx)
    found = found * wound.hole
    return found if (np.abs(detail(found, SIGMA)) > EDGE).any() else None


def _box(hole: np.ndarray, margin: int) -> tuple[slice, slice]:
    rows, columns = np.flatnonzero(hole.any(1)), np.flatnonzero(hole.any(0))
    return (slice(max(int(rows[0]) - margin, 0), int(rows[-1]) + 1 + margin),
            slice(max(int(columns[0]) - margin, 0), int(columns[-1]) + 1 + margin))


def _outline(shape: np.ndarray) -> np.ndarray:
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    soft = cv2.GaussianBlur(shape, (0, 0), 0.6)
    return (cv2.dilate(soft, cross) - cv2.erode(soft, cross)).astype(np.float32)


def _moved(shape: np.ndarray, dy: int, dx: int) -> np.ndarray:
    by = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
    return cv2.warpAffine(shape, by, shape.shape[::-1], flags=cv2.INTER_NEAREST)


def _explained(fine: np.ndarray, form: np.ndarray, dy: int, dx: int) -> float:
    """Energy of the detail that the moved silhouette's explains at its best strength; strong detail counts less."""
    height, width = fine.shape
    seen = fine[max(dy, 0) : height + min(dy, 0), max(dx, 0) : width + min(dx, 0)]
    moved = form[max(-dy, 0) : height + min(-dy, 0), max(-dx, 0) : width + min(-dx, 0)]
    weight = 1 / (1 + (seen / (2 * float(np.median(np.abs(fine))) + FLOOR)) ** 2)
    across, power = float((weight * moved * seen).sum()), float((weight * moved * moved).sum())
    return across**2 / (power + 1.0)


def _strength(wound: Wound, shape: np.ndarray, local: bool) -> np.ndarray:
    """(3,) or float32 (H, W, 3): colour that the shape adds at full alpha."""
    fine, form = detail(wound.rgb, SIGMA), detail(shape, SIGMA)[..., None]
    near = (np.abs(form) > EDGE).astype(np.float32)
    found: np.ndarray = np.zeros(3, np.float32)
    for _ in range(ROUNDS):
        rest = fine - form * found
        scale = 1.5 * np.median(np.abs(rest[near[..., 0] > 0]), axis=0) + FLOOR
        weight = near / (1 + (rest / scale) ** 2)
        across, power = weight * form * fine, weight * form**2
        whole = across.sum((0, 1)) / (power.sum((0, 1)) + 1.0)
        found = (_neighbourhood(across) + STIFF * whole) / (_neighbourhood(power) + STIFF) if local else whole
    return found


def _neighbourhood(values: np.ndarray) -> np.ndarray:
    """Sums under a Gaussian window of height 1."""
    return blurred(values, LOCAL) * (2 * np.pi * LOCAL**2)


def _spots(wound: Wound, refill: Refill, shape: np.ndarray, strength: np.ndarray) -> Iterator[Mended]:
    """Filled anew where the residue is strong, and under all of the silhouette."""
    strong = np.abs(shape[..., None] * strength).max(2) > SPOT
    for core in (strong, shape > 0.1):
        part = (cv2.dilate(core.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0) & wound.hole
        if not core.any():
            continue
        for filled in refill(wound.rgb, part, 1 - part.astype(np.float32), wound.seed, 1):
            yield filled_part(wound, part, filled)
