"""Tier 0 of refine: which pixels of a region are overlay, and how much of each.

Where the segmenter saw overlay in the quad, its view and a regression over the background give the matte. Where it did
not, or without it, candidate masks by colour statistics compete, in both polarities; the one that explains the edges
of the quad wins, and one that does not agree with its box is not trusted: then the whole box counts as overlay.
"""

from __future__ import annotations

import cv2
import numpy as np

from operators.matting.backing import backing
from operators.matting.candidates import colour_excess
from operators.matting.choice import choose
from operators.matting.estimate import Estimate
from operators.matting.frame import Frame, largest_channel
from operators.matting.hypotheses import judged
from operators.matting.level import Level, estimate_level
from operators.matting.network import Layer
from operators.matting.outline import explain_leftovers

DISC = np.ones((3, 3), np.uint8)
FAINT = 0.15  # share of ink below which a rim pixel counts as scene


def estimate(frame: Frame, min_agreement: float, layer: Layer | None = None) -> Estimate:
    """The overlay inside the frame's quad. Never empty: without agreement it is the whole quad.

    layer: what the segmenter saw in the frame's view, None without one.
    """
    seen = judged(layer, frame) if layer is not None else None
    if seen is not None and seen.agreement >= min_agreement:
        return seen
    excess = colour_excess(frame)
    best, name, agreement = choose(frame, excess)
    if best is None or agreement < min_agreement:
        return whole_quad(frame, agreement)
    behind = backing(best, excess, frame)
    if behind is not None:
        best, name = behind, f"{name}, backing"
    mask = explain_leftovers(best, frame)
    level = estimate_level(best, mask, frame)
    alpha = _translucent(best, mask, frame, level) if level.translucent else _opaque(mask, frame, level)
    return Estimate(alpha, level.colour, level.alpha, name, agreement)


def whole_quad(frame: Frame, agreement: float = 0.0) -> Estimate:
    """Everything in the slightly grown quad is overlay."""
    mask = frame.allowed & (frame.depth <= 0.5 * frame.slack)
    pixels = frame.view[mask]
    colour = np.median(pixels, 0).astype(np.float32) if len(pixels) else np.full(3, 0.5, np.float32)
    return Estimate(mask.astype(np.float32), colour, 1.0, "box", agreement)


def _opaque(mask: np.ndarray, frame: Frame, level: Level) -> np.ndarray:
    """1 on the mask, and on its rim the coverage by projection on the way from background to ink."""
    rim = _grown(mask) & ~mask
    share = level.share(frame.view)
    alpha = np.where(rim & (share > FAINT), np.clip(share, 0, 1), 0.0)
    alpha[mask] = 1.0
    return alpha.astype(np.float32)


def _translucent(body: np.ndarray, mask: np.ndarray, frame: Frame, level: Level) -> np.ndarray:
    """The level inside strokes, each pixel's own share of it at their rims, and 1 where something else covers the
    scene (an outline, a shadow): that is to be filled, not inverted."""
    share = np.clip(level.share(frame.view), 0, level.alpha)
    share[share < FAINT * level.alpha] = 0
    shown = (1.0 - share[..., None]) * level.background + share[..., None] * level.colour
    strange = largest_channel(np.abs(frame.view - shown)) > np.maximum(4.0 * frame.noise, 0.12)
    alpha = np.where(_grown(mask), share, 0.0)
    alpha[cv2.erode(body.astype(np.uint8), DISC) > 0] = level.alpha
    alpha[mask] = np.maximum(alpha[mask], FAINT * level.alpha)
    alpha[strange & mask & ~body] = 1.0
    return alpha.astype(np.float32)


def _grown(mask: np.ndarray) -> np.ndarray:
    return cv2.dilate(mask.astype(np.uint8), DISC) > 0
