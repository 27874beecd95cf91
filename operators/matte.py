"""Tier 0 of refine: which pixels of a region are overlay, and how much of each, from colour statistics alone.

Several candidate masks compete (both polarities, with and without their outline); the one that explains the edges of
the quad wins. A mask that does not agree with its box is not trusted: then the whole box counts as overlay.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from operators.matting.backing import backing
from operators.matting.candidates import colour_excess
from operators.matting.choice import choose
from operators.matting.frame import Frame
from operators.matting.level import Level, estimate_level
from operators.matting.outline import explain_leftovers


@dataclass
class Estimate:
    """alpha: float32 (h, w), 0..1. colour: float32 (3,), RGB 0..1. level: alpha of the solid parts, 1 = opaque.
    candidate: which mask won. agreement: 0..1."""

    alpha: np.ndarray
    colour: np.ndarray
    level: float
    candidate: str
    agreement: float


def estimate(frame: Frame, min_agreement: float) -> Estimate:
    """The overlay inside the frame's quad. Never empty: without agreement it is the whole quad."""
    excess = colour_excess(frame)
    best, name, agreement = choose(frame, excess)
    if best is None or agreement < min_agreement:
        return whole_quad(frame, agreement)
    behind = backing(best, excess, frame)
    if behind is not None:
        best, name = behind, f"{name}, backing"
    mask = explain_leftovers(best, frame)
    level = estimate_level(mask, frame)
    return Estimate(_soft(mask, frame, level), level.colour, level.alpha, name, agreement)


def whole_quad(frame: Frame, agreement: float = 0.0) -> Estimate:
    """Everything in the slightly grown quad is overlay."""
    mask = frame.allowed & (frame.depth <= 0.5 * frame.slack)
    pixels = frame.view[mask]
    colour = np.median(pixels, 0).astype(np.float32) if len(pixels) else np.full(3, 0.5, np.float32)
    return Estimate(mask.astype(np.float32), colour, 1.0, "box", agreement)


def _soft(mask: np.ndarray, frame: Frame, level: Level) -> np.ndarray:
    """Coverage of the mask's rim by projection on the way from background to ink, times the level."""
    solid = mask.astype(np.uint8)
    near = cv2.dilate(solid, np.ones((3, 3), np.uint8)) > 0
    rim = near & ~mask
    toward = level.colour - level.background
    share = ((frame.view - level.background) * toward).sum(2) / np.maximum((toward * toward).sum(2), 1e-3)
    alpha = np.where(rim & (share > 0.15), np.clip(share, 0, 1) * level.alpha, 0.0)
    alpha[mask] = level.alpha
    return alpha.astype(np.float32)
