"""What a box looks like against its surroundings: the numbers on which the judge rests its second look.

Overlay is sharp, of few colours and alone; leaves, bricks and lattices that resemble strokes have more of the same
around them, and a picture full of them raises no suspicion where one line of letters does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from operators.detection.agreement import terms
from operators.detection.cores import Box
from operators.detection.quads import sides
from operators.detection.shrink import offset_quad
from operators.measures.odds import logit

NAMES = (
    "detector", "scene", "coverage", "share", "size", "alpha",
    "x", "y", "width", "height", "along_x", "along_y", "line_height", "border", "segmenter",
    "ring_coverage", "far_coverage", "picture_coverage", "picture_covered", "median_coverage", "high_coverage",
    "top_coverage", "sharpness", "edge_sharpness", "ring_detector", "far_detector", "picture_detector", "ring_scene",
    "picture_scene", "ink_colours", "paper_colours", "ring_colours", "overlay_colours", "alpha_spread", "contrast",
    "surest_other", "sure_others", "others", "others_above_0.8", "others_above_0.5",
)  # fmt: skip
GAP, RING, FAR = 0.15, 0.6, 2.0  # of a box's height: where its ring begins, ends, and where the far ring ends
_FEW = 4  # pixels below which nothing can be said of a set's colours
_UNKNOWN = 0.3  # the spread that is taken then
_NOBODY = -7.0  # logit of the surest other box where there is none


@dataclass(frozen=True)
class Sight:
    """What detector and segmenter saw of a letterbox's content. rgb: uint8 (H, W, 3). maps: float32 (C, H, W) of
    `Detector.maps`. coverage, alpha: float32 (H, W). colour: float32 (H, W, 3). All but rgb 0..1."""

    rgb: np.ndarray
    maps: np.ndarray
    coverage: np.ndarray
    alpha: np.ndarray
    colour: np.ndarray

    @cached_property
    def light(self) -> np.ndarray:
        """float32 (H, W, 3), 0..1."""
        return self.rgb.astype(np.float32) / 255

    @cached_property
    def slope(self) -> np.ndarray:
        """Gradient of the coverage, float32 (H, W), 1/px."""
        across, down = (cv2.Sobel(self.coverage, cv2.CV_32F, *axis, scale=0.125) for axis in ((1, 0), (0, 1)))
        return np.hypot(across, down)

    @cached_property
    def scene(self) -> np.ndarray:
        """The detector's map of the scene's own text, zero where it has none."""
        return self.maps[1] if len(self.maps) > 1 else np.zeros_like(self.coverage)

    @cached_property
    def whole(self) -> tuple[float, float, float, float]:
        """Means over the picture: coverage, share covered, detector, scene."""
        return (float(self.coverage.mean()), float((self.coverage > 0.5).mean()), float(self.maps[0].mean()),
                float(self.scene.mean()))


def surroundings(box: Box, others: list[float], sight: Sight) -> np.ndarray:
    """float32 (len(NAMES),). The box has its evidence; others: confidences of the picture's other boxes, 0..1."""
    return np.array([*terms(box.evidence)[1:], *_place(box, sight.coverage.shape), *_against_ring(box, sight),
                     *_company(others)], np.float32)


def _place(box: Box, shape: tuple[int, ...]) -> list[float]:
    high, wide = shape
    x, y = box.quad.mean(0)
    along = box.quad[1] - box.quad[0]
    along = along / max(float(np.hypot(*along)), 1e-6)
    spans = np.ptp(box.quad, 0) / (wide, high)
    border = min(x, wide - x, y, high - y) / max(high, wide)
    return [2 * x / wide - 1, 2 * y / high - 1, *spans, abs(along[0]), abs(along[1]),
            _height(box) / max(high, wide), border, float(box.source == "segmenter")]


def _height(box: Box) -> float:
    return max(min(sides(box.quad)), 4.0)


def _against_ring(box: Box, sight: Sight) -> list[float]:
    height = _height(box)
    quads = [box.quad, *(offset_quad(box.quad, share * height) for share in (GAP, RING, FAR))]
    window, (inside, near, ring, far) = _masks(quads, sight.coverage.shape)
    ring, far = ring & ~near, far & ~ring & ~inside
    coverage, alpha, light = sight.coverage[window], sight.alpha[window], sight.light[window]
    ink, paper = inside & (coverage > 0.5), inside & (coverage < 0.3)
    edge = inside & (np.abs(coverage - 0.5) < 0.3)
    levels = np.quantile(coverage[inside], (0.5, 0.8, 0.95)) if inside.any() else np.zeros(3)
    both = bool(ink.any() and paper.any())
    slope, detector = sight.slope[window], sight.maps[0][window]
    return [
        _mean(coverage, ring), _mean(coverage, far), *sight.whole[:2], *levels, _mean(slope, inside),
        _mean(slope, edge), _mean(detector, ring), _mean(detector, far), sight.whole[2],
        _mean(sight.scene[window], ring), sight.whole[3], _spread(light, ink), _spread(light, paper),
        _spread(light, ring), _spread(sight.colour[window], ink), _spread(alpha[..., None], ink),
        float(np.abs(light[ink].mean(0) - light[paper].mean(0)).mean()) if both else 0.0,
    ]


def _masks(quads: list[np.ndarray], shape: tuple[int, ...]) -> tuple[tuple[slice, slice], list[np.ndarray]]:
    """The window of the last quad, and which of its pixels lie in each, bool (h, w)."""
    limits = np.array([shape[1], shape[0]])
    x0, y0 = (int(v) for v in np.clip(np.floor(quads[-1].min(0)), 0, limits))
    x1, y1 = (int(v) for v in np.clip(np.ceil(quads[-1].max(0)) + 1, 0, limits))
    masks = []
    for quad in quads:
        mask = np.zeros((max(y1 - y0, 0), max(x1 - x0, 0)), np.uint8)
        if mask.size:
            cv2.fillConvexPoly(mask, np.rint((quad - (x0, y0) - 0.5) * 16).astype(np.int32), 1, shift=4)
        masks.append(mask > 0)
    return (slice(y0, max(y1, y0)), slice(x0, max(x1, x0))), masks


def _mean(values: np.ndarray, mask: np.ndarray) -> float:
    return float(values[mask].mean()) if mask.any() else 0.0


def _spread(values: np.ndarray, mask: np.ndarray) -> float:
    """Mean standard deviation of the channels of (h, w, C) values."""
    chosen = values[mask]
    return float(chosen.std(0).mean()) if len(chosen) >= _FEW else _UNKNOWN


def _company(others: list[float]) -> list[float]:
    logits = sorted((logit(c) for c in others), reverse=True)
    return [logits[0] if logits else _NOBODY, float(np.mean(logits[:3])) if logits else _NOBODY,
            float(np.log1p(len(others))), float(sum(c > 0.8 for c in others)), float(sum(c > 0.5 for c in others))]
