"""The matte of one region from what the segmenter saw around it."""

from __future__ import annotations

import cv2
import numpy as np

from operators.matting.estimate import Estimate
from operators.matting.frame import Frame
from operators.matting.network import Layer

SOLID = 0.93  # alpha from which a pixel counts as opaque: the rest of the scene under it is noise
LEAST_SHARE = 0.01  # of the quad, that must be covered for the two to agree
SURE = 0.75  # coverage that some of its pixels must have


def learned_matte(layer: Layer, frame: Frame, coverage: float) -> Estimate | None:
    """The segmenter's own matte; None when it sees nothing in the quad.

    layer: of the frame's view. coverage: 0..1, from which a pixel belongs to the overlay.
    """
    support = owned(layer.coverage > coverage, frame)
    core = max(int(frame.core.sum()), 1)
    if (support & frame.core).sum() < max(LEAST_SHARE * core, 4) or layer.coverage[support].max(initial=0.0) < SURE:
        return None
    inside = float((support & frame.core).sum() / max(int(support.sum()), 1))
    return learned_estimate(layer, support, "learned", inside * float(layer.coverage[support].mean()))


def gated(layer: Layer) -> np.ndarray:
    """Alpha as the segmenter was trained to be read: times the sigmoid of four times the logit of coverage."""
    sure, unsure = layer.coverage**4, (1 - layer.coverage) ** 4
    return layer.alpha * sure / np.maximum(sure + unsure, 1e-6)


def learned_estimate(layer: Layer, support: np.ndarray, name: str, agreement: float) -> Estimate:
    """Alpha and colour as the segmenter saw them on the support, bool (h, w), not empty."""
    alpha = np.where(support, np.maximum(layer.alpha, 0.02), 0).astype(np.float32)
    alpha[alpha >= SOLID] = 1.0
    return Estimate(alpha, layer.colour.astype(np.float32), _level(layer, support), name, agreement)


def owned(covered: np.ndarray, frame: Frame) -> np.ndarray:
    """The covered components that belong to this quad: those that lie in it, or touch it from the slack around it."""
    inside = covered & frame.allowed
    count, label = cv2.connectedComponents(inside.astype(np.uint8), connectivity=8)
    touching = np.zeros(count, bool)
    touching[np.unique(label[inside & frame.core])] = True
    touching[0] = False
    return touching[label]


def _level(layer: Layer, support: np.ndarray) -> float:
    """Median alpha of the inner pixels of the strokes; of all where strokes are too thin to have inner ones."""
    if not support.any():
        return 1.0
    inner = cv2.erode(support.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return float(np.median(layer.alpha[inner if inner.sum() >= 0.1 * support.sum() else support]))
