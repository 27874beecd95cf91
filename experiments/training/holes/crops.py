"""Crops of clean photographs with holes in them: what every network that fills holes, or judges fills, trains on."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from experiments.training.holes.support import blob, box, misplaced, strokes
from experiments.training.views.feed import piece, place
from experiments.training.views.photo import recoloured
from experiments.training.views.view import View
from operators.measures.distance import distance_to_zero
from operators.measures.luma import LUMA
from operators.refine.feather import feather_blend

LEAST, MOST = 0.02, 0.45  # share of a crop that is hole
VISIBLE = 0.05  # alpha from which an overlay is one
ON_OVERLAY = 0.85  # of the crops of a picture with overlay lie on it
_OVERLAY, _MISPLACED, _STROKES, _BOX = 0.40, 0.58, 0.74, 0.90  # cumulated shares of the kinds; the rest are blobs
_ATTEMPTS = 6
_JPEG, _QUALITY = 0.6, (60, 96)
_GRID = 8  # px of a JPEG block
_LUMA = LUMA / 255


@dataclass(frozen=True)
class Holes:
    """truth: uint8 (N, S, S, 3), RGB without any overlay. hole: bool (N, S, S), LEAST to MOST of each crop. known:
    float32 (N, S, S), 0..1, as in `FillView`: 1 outside the hole, falling to 0 inside its rim. Of one crop without the
    N."""

    truth: np.ndarray
    hole: np.ndarray
    known: np.ndarray


def batch(crops: list[Holes]) -> Holes:
    """Several crops of one size as one."""
    return Holes(*(np.stack(part) for part in zip(*(vars(c).values() for c in crops), strict=True)))


def cut_hole(view: View, size: int, rng: np.random.Generator) -> Holes:
    """A size x size piece, flipped, recoloured and recompressed at random, with a hole: the view's own overlay, its
    mask as a poor matte would have it, strokes, a box or a blob. For `Feed`."""
    y, x = place(view.clean.shape, view.quads, size + _GRID, ON_OVERLAY, rng)
    truth, alpha = (piece(part, y, x, size + _GRID) for part in (view.clean, view.alpha))
    if rng.random() < 0.5:
        truth = recoloured(truth, rng)
    if rng.random() < _JPEG:
        truth = _recompressed(truth, rng)
    y, x = rng.integers(_GRID, size=2)  # a grid of blocks that is nobody's grid of tokens
    truth, alpha = truth[y : y + size, x : x + size], alpha[y : y + size, x : x + size]
    if rng.random() < 0.5:
        truth, alpha = truth[:, ::-1], alpha[:, ::-1]
    return hollowed(np.ascontiguousarray(truth), alpha > 255 * VISIBLE, rng)


def hollowed(truth: np.ndarray, overlay: np.ndarray, rng: np.random.Generator) -> Holes:
    """The crop, uint8 (S, S, 3), with a hole: where the overlay, bool (S, S), is if there is enough of it."""
    for _ in range(_ATTEMPTS):
        hole, known = soft_rim(_support(overlay, rng), truth, rng)
        if LEAST <= hole.mean() <= MOST:
            return Holes(truth, hole, known)
    return Holes(truth, *soft_rim(box(len(truth), rng, (0.3, 0.5)), truth, rng))


def soft_rim(support: np.ndarray, truth: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """(hole bool (S, S), known float32 (S, S)): the support, bool (S, S), grown by 1 to 4 px, a part of them feather
    as `operators.refine` makes it. An empty support has no hole."""
    if not support.any():
        return support.copy(), np.ones(support.shape, np.float32)
    distance = distance_to_zero(~support)
    growth = float(rng.uniform(1, 4))
    feather = 0.0 if rng.random() < 0.2 else float(rng.uniform(0.3, 0.8)) * growth
    blend = feather_blend(distance, growth, feather, truth @ _LUMA)
    return blend > 0, 1 - blend


def _support(overlay: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    size, toss = len(overlay), rng.random()
    if overlay.any() and toss < _OVERLAY:
        return overlay
    if overlay.any() and toss < _MISPLACED:
        return misplaced(overlay, rng)
    toss = _MISPLACED + (1 - _MISPLACED) * rng.random()
    if toss < _STROKES:
        return strokes(size, rng)
    return box(size, rng) if toss < _BOX else blob(size, rng)


def _recompressed(truth: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    sampling = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420 if rng.random() < 0.6 else cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444
    settings = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(*_QUALITY)), cv2.IMWRITE_JPEG_SAMPLING_FACTOR, sampling]
    done, data = cv2.imencode(".jpg", np.ascontiguousarray(truth[..., ::-1]), settings)
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert done and decoded is not None
    return decoded[..., ::-1]
