"""Rival mattes of one region: translucent in closed form, translucent as the segmenter saw it, opaque.

An un-blended picture gives a wrong opacity, colour or outline away by edges along the silhouette. The translucent
hypothesis that leaves the fewest wins. If it does not take enough of them away, is nearly opaque, or lies on a plain
scene that a fill restores better, its alpha stands but its level is 1: it is to be filled.
"""

from __future__ import annotations

import cv2
import numpy as np

from operators.matting.closed_form import Trial, explained, grown, shrunk, squared
from operators.matting.estimate import Estimate
from operators.matting.frame import Frame, largest_channel
from operators.matting.learned import gated, owned
from operators.matting.network import Layer

OPAQUE = 0.75  # level from which ink counts as opaque: fits of opaque ink on a busy scene reach down to here
SEE_THROUGH = 0.65  # level up to which ink is computed back: above, its errors grow more than threefold
TOLD = 0.92  # and from which it is all of it
CLOSE = 0.06  # sigma of a fit that can tell nearly opaque ink from opaque
VARIED = 0.08  # sigma of the background under it
PLAIN = 0.01  # sigma of a ring so plain that filling beats any inversion
QUIET = 0.85  # share of the silhouette's edges that an un-blended picture may have kept
GAIN = 0.05  # of them, by which the segmenter's own matte must be better than that in closed form
LEAST = 0.1  # share of ink below which a pixel is background
RIM = 0.05  # the same beside one that is not
SOLID = 0.85  # and above which it is all ink
CLEAR = 0.15  # least share of background that an inversion divides by
FAR = 9.0  # squared errors by which ink and background must differ for a projection to count half
HELD = 0.5  # share of the line's pieces that must hold ink for box and pixels to agree


def judged(layer: Layer, frame: Frame) -> Estimate | None:
    """The matte of the frame's quad; None where the segmenter sees nothing in it, or too little of the line.

    layer: what it saw in the frame's view.
    """
    trial = explained(layer, frame)
    if trial is None:
        return None
    sure = trial.share > LEAST
    support = owned(sure | (grown(sure) & (trial.share > RIM)), frame)
    held = np.bincount(frame.pieces[support & frame.core], minlength=int(frame.pieces.max()) + 1) > 0
    if held.mean() < HELD:
        return None
    best, quiet = _quietest([_closed(trial, support, frame), _seen(layer, trial, support)], trial, frame)
    if best is None:
        best = _opaque(trial, support, frame)
    elif not quiet:
        best.level = 1.0
    return _agreed(best, trial, frame)


def _quietest(rivals: list[Estimate], trial: Trial, frame: Frame) -> tuple[Estimate | None, bool]:
    """The translucent rival that leaves the fewest edges along the silhouette, None without one; and whether it takes
    enough of them away."""
    body = trial.share > 0.5
    band = grown(body) & ~shrunk(body)
    if trial.ink.level > OPAQUE or not band.any():
        return None, False
    before = float(_edges(frame.view)[band].mean())
    after = [float(_edges(inverted(frame.view, one))[band].mean()) + GAIN * before * k for k, one in enumerate(rivals)]
    best = int(np.argmin(after))
    worth = rivals[best].level <= SEE_THROUGH and frame.texture > PLAIN
    return rivals[best], worth and after[best] <= QUIET * before


def inverted(view: np.ndarray, one: Estimate) -> np.ndarray:
    """B of I = (1 - alpha) B + alpha T, float32 (h, w, 3), 0..1."""
    alpha = one.alpha[..., None]
    return np.clip((view - alpha * one.colour) / np.maximum(1 - alpha, CLEAR), 0, 1).astype(np.float32)


def _closed(trial: Trial, support: np.ndarray, frame: Frame) -> Estimate:
    level = trial.ink.level
    return Estimate(_shaped(_rims(trial, frame, level), support, level), trial.ink.colour, level, "closed form", 0.0)


def _seen(layer: Layer, trial: Trial, support: np.ndarray) -> Estimate:
    """Alpha and colour pixel by pixel as the segmenter saw them."""
    alpha = np.where(support, np.maximum(gated(layer), 0.02), 0).astype(np.float32)
    body = trial.share > 0.5
    inner = shrunk(body)
    inside = inner if inner.sum() > 0.3 * body.sum() else body
    level = float(np.median(alpha[inside])) if inside.any() else 1.0
    return Estimate(alpha, layer.colour.astype(np.float32), level, "learned", 0.0)


def _opaque(trial: Trial, support: np.ndarray, frame: Frame) -> Estimate:
    """Ink that lets nothing through that could be computed back. Its alpha is below 1 only where the background varies
    enough, and the fit is close enough, to tell."""
    ink, under = trial.ink, trial.background[trial.share > 0.5]
    told = ink.level < TOLD and ink.spread < CLOSE and len(under) > 0 and float(under.std(0).max()) > VARIED
    level = ink.level if told else 1.0
    return Estimate(_shaped(_rims(trial, frame, level), support, level), ink.colour, 1.0, "closed form", 0.0)


def _shaped(share: np.ndarray, support: np.ndarray, level: float) -> np.ndarray:
    """Alpha float32 (h, w): the level inside strokes, at least RIM of it wherever the support is."""
    return np.where(support, level * np.where(share > SOLID, 1.0, np.maximum(share, RIM)), 0).astype(np.float32)


def _rims(trial: Trial, frame: Frame, level: float) -> np.ndarray:
    """The posterior, and at the edges of strokes the projection on the way from background to ink, as far as that way
    is long against their errors and the pixel lies on it: outlines and shadows do not. float32 (h, w), 0..1."""
    body = trial.share > 0.5
    rim = grown(body) & ~shrunk(body)
    way, there = trial.ink.colour - trial.background, frame.view - trial.background
    length = squared(way)
    own = np.clip(np.einsum("hwc,hwc->hw", there, way) / np.maximum(level * length, 1e-3), 0, 1)
    aside = squared(there - (level * own)[..., None] * way)
    error = FAR * 3 * max(trial.ink.spread, frame.texture) ** 2 + 1e-6
    trust = level**2 * length / (level**2 * length + error) * error / (error + FAR * aside)
    return np.where(rim, trust * own + (1 - trust) * trial.share, trial.share).astype(np.float32)


def _edges(view: np.ndarray) -> np.ndarray:
    dx, dy = (cv2.Sobel(view, cv2.CV_32F, *axis, ksize=3, scale=0.125) for axis in ((1, 0), (0, 1)))
    return np.sqrt(largest_channel(dx * dx + dy * dy))


def _agreed(one: Estimate, trial: Trial, frame: Frame) -> Estimate:
    support = one.alpha > 0
    inside = float((support & frame.core).sum() / max(int(support.sum()), 1))
    one.agreement = inside * float(trial.share[support].mean())
    return one
