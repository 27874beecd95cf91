"""What of the overlay stayed behind: ghosts of its letters and halos around them."""

from __future__ import annotations

import cv2
import numpy as np

from experiments.training.verifier.visibility import needed, overlay_colour, somewhere
from operators.fill.harmonic import fill_membrane
from operators.measures.depth import depth_of
from operators.measures.luma import LUMA

FRINGE = 3.0  # px outside the hole that a halo reaches
_MOST = 0.7  # share of the overlay's colour that makes up for what the ground hides
_WORDS = ("Photo", "sale 50%", "2019", "ABC", "stock", "@user", "www", "Mm8", "here", "COPY")


def ghost(clean: np.ndarray, alpha: np.ndarray, hole: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A share of the overlay's colour left in its shape, all of it, its outline, moved, or some strokes in full."""
    shape = (alpha if _has_shape(alpha, hole) else _letters(hole, rng)).astype(np.float32) * hole
    colour, toss = overlay_colour(clean, hole, rng), rng.random()
    if toss < 0.2:
        return _mixed(clean, shape * _some_strokes(shape, rng), colour)
    share = float(rng.uniform(0.06, 0.35))
    if toss < 0.45:
        shape, share = _outline(shape) * hole, 1.4 * share
    elif toss < 0.65:
        shape = _moved(shape, rng) * hole
    faded = shape * somewhere(hole, rng, 0.75)
    return _mixed(clean, _strong_enough(share, faded, clean, colour) * faded, colour)


def halo(clean: np.ndarray, alpha: np.ndarray, hole: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A rim along the hole's edge: in a colour, darker, lighter, blurred, or the fringe of an overlay whose hole was
    cut too small."""
    depth, toss = depth_of(hole), rng.random()
    where = somewhere(hole, rng, 0.7)
    near = np.abs(depth) <= 4
    if toss < 0.2 and needed(clean, near) > 0.05:
        return _blurred_rim(clean, depth, where, rng)
    if toss < 0.45:
        weight = np.where(depth < 0, np.exp(depth / rng.uniform(0.5, 1.2)), 0.0) * (depth > -FRINGE)
        colour, share = overlay_colour(clean, near, rng), float(rng.uniform(0.25, 0.7))
    else:
        width, centre = float(rng.uniform(1, 4)), float(rng.uniform(-0.5, 1.5))
        weight = np.clip(1.5 - np.abs(depth - centre) / (0.5 * width), 0, 1) * (depth > -FRINGE)
        colour, share = _rim_colour(clean, near, rng), float(rng.uniform(0.1, 0.5))
    weight = (weight * where).astype(np.float32)
    return _mixed(clean, _strong_enough(share, weight, clean, colour) * weight, colour)


def _has_shape(alpha: np.ndarray, hole: np.ndarray) -> bool:
    """Does the overlay leave a part of the hole free?"""
    covered = float((alpha[hole] > 0.05).mean())
    return 0.02 < covered < 0.9 or float(alpha[hole].std()) > 0.15


def _letters(hole: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Float32 (S, S), 0..1: a word somewhere in the hole, when nothing is known of what stood there."""
    ys, xs = np.nonzero(hole)
    drawn = np.zeros(hole.shape, np.uint8)
    height = max(float(np.ptp(ys)), 8.0)
    for _ in range(8):
        scale, at = float(np.clip(height / 40 * rng.uniform(0.5, 1.2), 0.3, 3)), int(rng.integers(len(ys)))
        origin = int(xs[at] - 20 * scale), int(ys[at] + 10 * scale)
        face = int(rng.choice([cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_TRIPLEX]))
        word = _WORDS[int(rng.integers(len(_WORDS)))]
        cv2.putText(drawn, word, origin, face, scale, 255, max(1, round(2 * scale)), cv2.LINE_AA)
        if (drawn[hole] > 0).mean() > 0.05:
            break
    return drawn.astype(np.float32) / 255


def _some_strokes(shape: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Float32 (S, S), 0 or 1: a part of the strokes, whole ones or cut off by a line."""
    count, labels = cv2.connectedComponents((shape > 0.05).astype(np.uint8))
    if count > 4 and rng.random() < 0.6:
        kept = 1 + rng.permutation(count - 1)[: max(1, int((count - 1) * rng.uniform(0.1, 0.5)))]
        left = np.isin(labels, kept)
        if (shape[left] > 0.2).sum() >= 12:
            return left.astype(np.float32)
    ys, xs = np.nonzero(shape > 0.05)
    if len(ys) == 0:
        return np.ones_like(shape)
    turn = float(rng.uniform(0, 2 * np.pi))
    rows, columns = np.indices(shape.shape)
    along = np.cos(turn) * columns + np.sin(turn) * rows
    return (along > np.quantile(along[ys, xs], rng.uniform(0.5, 0.85))).astype(np.float32)


def _outline(shape: np.ndarray) -> np.ndarray:
    blurred = cv2.GaussianBlur(shape, (0, 0), 0.6)
    disc = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    edge = cv2.dilate(blurred, disc) - cv2.erode(blurred, disc)
    return edge / max(float(edge.max()), 1e-6)


def _moved(shape: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    by = np.array([[1, 0, rng.uniform(-2.5, 2.5)], [0, 1, rng.uniform(-2.5, 2.5)]], np.float32)
    return cv2.warpAffine(shape, by, shape.shape[::-1], flags=cv2.INTER_LINEAR)


def _rim_colour(clean: np.ndarray, near: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Float32 (3,): black, white, or an overlay's colour."""
    toss = rng.random()
    return np.full(3, float(toss < 0.3), np.float32) if toss < 0.6 else overlay_colour(clean, near, rng)


def _blurred_rim(clean: np.ndarray, depth: np.ndarray, where: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Along the edge a smear: the picture beside it drawn in by a membrane across 4 to 7 px."""
    reach = float(rng.uniform(2, 3.5))
    rim = (np.abs(depth - 1) <= reach) & (depth > -FRINGE) & (where > 0.5)
    return fill_membrane(clean, rim)


def _strong_enough(share: float, weight: np.ndarray, clean: np.ndarray, colour: np.ndarray) -> float:
    """The share, raised until what is mixed in can be seen."""
    marked = weight > 0.3 * max(float(weight.max()), 1e-6)
    if not marked.any():
        return share
    contrast = float((np.abs(colour - clean[marked]) @ LUMA * weight[marked]).mean())
    return float(np.clip(max(share, needed(clean, marked) / max(contrast, 1e-3)), 0, max(_MOST, share)))


def _mixed(clean: np.ndarray, weight: np.ndarray, colour: np.ndarray) -> np.ndarray:
    return clean + np.minimum(weight, 1)[..., None] * (colour - clean)
