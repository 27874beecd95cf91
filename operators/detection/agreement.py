"""How sure detector and segmenter are together that a box holds overlay: logistic regression on what each saw there.

The coefficients come with the segmenter's weights (config.json, `agreement`), fitted by `experiments.training.matte`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from operators.detection.cores import Box
from operators.measures.odds import logit

BEST = 0.12  # share of a box's pixels that are strokes even of a thin line
NAMES = ("bias", "detector", "scene", "coverage", "share", "size", "alpha")


@dataclass(frozen=True)
class Agreement:
    """Coefficients over `terms` for boxes of the detector's and of the segmenter's making, that they hold overlay; and
    for those of the detector's, that they hold text of any kind."""

    detector: tuple[float, ...]
    segmenter: tuple[float, ...]
    text: tuple[float, ...] | None = None

    @classmethod
    def of(cls, config: dict[str, Any]) -> Agreement:
        """From config.json. Raises ValueError when it has none."""
        found = config.get("agreement")
        if not found:
            raise ValueError("the segmenter's config.json has no `agreement`: run experiments.training.matte.agreement")
        text = found.get("text")
        return cls(tuple(found["detector"]), tuple(found["segmenter"]), tuple(text) if text else None)

    def judge(self, box: Box) -> Box:
        """The box with the common confidence, 0..1."""
        return replace(box, confidence=_share(self.detector if box.source == "detector" else self.segmenter, box))

    def any_text(self, box: Box) -> float:
        """The confidence that the box holds text, the scene's own too, 0..1, on the scale of `min_confidence`; 0 for
        what the segmenter alone found, and without coefficients."""
        return _share(self.text, box) if self.text is not None and box.source == "detector" else 0.0


def _share(weights: tuple[float, ...], box: Box) -> float:
    return float(1 / (1 + np.exp(-np.clip(np.dot(weights, terms(box.evidence)), -30, 30))))


def terms(evidence: dict[str, float]) -> np.ndarray:
    """Float64 (7,): 1, logits of detector, scene and coverage, share, log of the size, alpha; in the order of NAMES."""
    return np.array([1.0, *(logit(evidence[name]) for name in ("detector", "scene", "coverage")), evidence["share"],
                     np.log(max(evidence["size"], 1.0)) / 5, evidence["alpha"]])


def gather(box: Box, maps: np.ndarray, coverage: np.ndarray, alpha: np.ndarray) -> Box:
    """The box with its evidence: detector and scene, mean probability of its best pixels for overlay and for the
    scene's own text; coverage, mean of its best pixels; share of it that is covered; size, px; alpha, mean over what is
    covered. maps: float32 (C, H, W) of `Detector.maps`; coverage, alpha: float32 (H, W); all 0..1."""
    window, part = _pixels(box.quad, coverage.shape)
    if not part.any():
        return replace(box, evidence=dict.fromkeys(("detector", "scene", "coverage", "share", "size", "alpha"), 0.0))
    seen = [_best(one[window][part]) for one in maps]
    covered, level = coverage[window][part], alpha[window][part]
    strokes = covered > 0.5
    return replace(box, evidence={
        "detector": seen[0], "scene": seen[1] if len(seen) > 1 else 0.0, "coverage": _best(covered),
        "share": float(strokes.mean()), "size": float(part.sum()),
        "alpha": float(level[strokes].mean()) if strokes.any() else 0.0})


def _pixels(quad: np.ndarray, shape: tuple[int, ...]) -> tuple[tuple[slice, slice], np.ndarray]:
    """The window around a quad, and bool (h, w): which of its pixels lie in it."""
    x0, y0 = (int(v) for v in np.clip(np.floor(quad.min(0)), 0, shape[::-1]))
    x1, y1 = (int(v) for v in np.clip(np.ceil(quad.max(0)) + 1, 0, shape[::-1]))
    inside = np.zeros((max(y1 - y0, 0), max(x1 - x0, 0)), np.uint8)
    if inside.size:
        cv2.fillConvexPoly(inside, np.rint((quad - (x0, y0) - 0.5) * 16).astype(np.int32), 1, shift=4)
    return (slice(y0, max(y1, y0)), slice(x0, max(x1, x0))), inside > 0


def _best(values: np.ndarray) -> float:
    count = max(int(BEST * values.size), min(8, values.size))
    return float(np.partition(values, values.size - count)[values.size - count :].mean())
