"""Which pixels an ink covers, and which ink: the segmenter says where, a regression over the background how much.

Expectation and maximisation take turns: ink of one level and colour is fitted to the pixels that are covered, and
every pixel is judged by whether that ink or the bare background explains it better, with what the segmenter saw as the
prior. Where the scene's texture drowns the ink, the prior decides.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from operators.matting.background import interpolate
from operators.matting.frame import Frame
from operators.matting.learned import gated, owned
from operators.matting.network import Layer
from operators.matting.regression import LEAST_SIGMA, Ink, explain

ROUNDS = 3
WIDE = 0.2  # coverage from which a pixel may be covered
FAINT = 0.3  # and share of the level that its alpha must have
SURE = 0.6  # coverage that some pixels must have
LEAST_PIXELS = 12
PRIOR = 5.0  # logit per share of the segmenter's own silhouette
EVEN = 0.6  # share at which its silhouette says neither
MOST = 5.0  # logit by which the picture may contradict it
OUTLIERS = 0.3  # share of pixels that neither ink nor background explains: outlines, shadows, edges of the scene
DIMENSIONS = 1.5  # independent errors in three channels
BLUR = 0.6  # px: neighbours are covered together
MOST_PIXELS = 3000  # of the regression
NEAR = 6.0  # px from the known background at which its estimate counts half
DISC = np.ones((3, 3), np.uint8)


@dataclass
class Trial:
    """share: float32 (h, w), posterior of being covered, 0..1. ink, and the background behind it (h, w, 3)."""

    share: np.ndarray
    ink: Ink
    background: np.ndarray


def explained(layer: Layer, frame: Frame) -> Trial | None:
    """None where the segmenter sees nothing in the quad, or nothing that an ink explains.

    layer: what it saw in the frame's view.
    """
    soft = gated(layer)
    strong = (layer.coverage > SURE) & frame.allowed
    if (strong & frame.core).sum() < LEAST_PIXELS:
        return None
    seen = _seen(soft, layer.colour, strong)
    support = owned((layer.coverage > WIDE) & (soft > FAINT * seen.level), frame)
    prior = np.where(support, PRIOR * (np.clip(soft / seen.level, 0, 1.2) - EVEN), -PRIOR)
    around, free = grown(support), ~(frame.taken & ~frame.core)
    share, ink = _sigmoid(2 * prior), seen
    for turn in range(ROUNDS):
        hidden = around if turn == 0 else around & grown(share > 0.2)
        background = interpolate(frame.view, ~hidden & free)
        fitted = _fitted(share, background, hidden, frame, seen)
        if fitted is None:
            return None
        ink = fitted
        share = _sigmoid(prior + _evidence(frame, background, ink, (1 - share) * hidden)) * around
    return Trial(share.astype(np.float32), ink, background)


def grown(mask: np.ndarray) -> np.ndarray:
    """Bool (h, w): by one pixel, diagonals included."""
    return cv2.dilate(mask.astype(np.uint8), DISC) > 0


def shrunk(mask: np.ndarray) -> np.ndarray:
    """Bool (h, w): by one pixel, diagonals included."""
    return cv2.erode(mask.astype(np.uint8), DISC) > 0


def squared(way: np.ndarray) -> np.ndarray:
    """Squared length of every pixel's colour, float32 (h, w, 3) → (h, w)."""
    return np.einsum("hwc,hwc->hw", way, way)


def _seen(soft: np.ndarray, colour: np.ndarray, strong: np.ndarray) -> Ink:
    solid = strong & (soft >= 0.8 * np.quantile(soft[strong], 0.7))
    level = max(float(np.median(soft[solid])), 1e-3)
    return Ink(level, np.median(colour[solid], 0).astype(np.float32))


def _fitted(share: np.ndarray, background: np.ndarray, hidden: np.ndarray, frame: Frame, seen: Ink) -> Ink | None:
    solid = share > 0.5
    inner = shrunk(solid)
    index = np.flatnonzero(inner if inner.sum() > 0.3 * solid.sum() else solid)
    if len(index) < LEAST_PIXELS:
        return None
    index = index[:: len(index) // MOST_PIXELS + 1]
    depth = cv2.distanceTransform(hidden.astype(np.uint8), cv2.DIST_L2, 3).ravel()[index]
    weight = share.ravel()[index] / (1 + (depth / NEAR) ** 2)
    return explain(frame.view.reshape(-1, 3)[index], background.reshape(-1, 3)[index], weight.astype(np.float32), seen)


def _evidence(frame: Frame, background: np.ndarray, ink: Ink, bare: np.ndarray) -> np.ndarray:
    """Logit, float32 (h, w): how much better the ink explains a pixel than the background does; 0 for what neither
    explains. bare: float32 (h, w), how surely a pixel is background that was interpolated: its spread is theirs."""
    shown = (1 - ink.level) * background + ink.level * ink.colour
    by_ink, by_scene = (squared(frame.view - one) / 3 for one in (shown, background))
    spread = max(_spread(by_scene[bare > 0.5]), 0.6 * frame.texture, LEAST_SIGMA)
    better = _log_density(by_ink, max(ink.spread, LEAST_SIGMA)) - _log_density(by_scene, spread)
    better = cv2.GaussianBlur(np.clip(better, -MOST, MOST).astype(np.float32), (0, 0), BLUR)
    return np.clip(better, -MOST, MOST)


def _spread(squared: np.ndarray) -> float:
    return 1.2 * float(np.sqrt(np.median(squared))) if len(squared) >= LEAST_PIXELS else 0.0


def _log_density(squared: np.ndarray, sigma: float) -> np.ndarray:
    """Of a normal in DIMENSIONS independent channels, beside a uniform one of outliers."""
    normal = np.exp(-0.5 * DIMENSIONS * squared / sigma**2) * (0.4 / sigma) ** DIMENSIONS
    return np.log((1 - OUTLIERS) * normal + OUTLIERS)


def _sigmoid(logit: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logit))
