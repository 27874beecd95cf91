"""From a probability map to quads: components of text cores, grown back to the lines they were shrunk from (DB)."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from operators.detection.quads import in_reading_order
from operators.detection.shrink import growth_of_core

LEAST_CORE = 2  # px: a speck below is noise
LEAST_SIDE = 3.0  # px of the grown rectangle


@dataclass(frozen=True)
class Box:
    """quad: float32 (4, 2) px, clockwise from the top left in reading order. confidence: 0..1. area: of the core, px.
    kind: text, mark, scene. source: detector, segmenter. evidence: what the confidence rests on, by name."""

    quad: np.ndarray
    confidence: float
    area: float = 1.0
    kind: str = "text"
    source: str = "detector"
    evidence: dict[str, float] = field(default_factory=dict)


def boxes_of_map(probability: np.ndarray, binarize: float, shrink_ratio: float) -> list[Box]:
    """probability: float32 (H, W), 0..1. One box per connected core above `binarize`; confidence is the mean
    probability over the core. Coordinates are continuous: pixel i spans [i, i + 1). Top to bottom, left to right."""
    above = (probability > binarize).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(above, connectivity=8)
    boxes = []
    for label in range(1, count):
        x, y, w, h, area = (int(v) for v in stats[label])
        if area < LEAST_CORE:
            continue
        core = labels[y : y + h, x : x + w] == label
        quad = _grown(core, shrink_ratio)
        if quad is not None:
            confidence = float(probability[y : y + h, x : x + w][core].mean())
            boxes.append(Box(quad + np.array([x, y], np.float32), confidence, float(area)))
    return in_page_order(boxes)


def in_page_order(boxes: list[Box]) -> list[Box]:
    """Sorted by the first corner, top to bottom, then left to right."""
    return sorted(boxes, key=lambda box: (float(box.quad[0, 1]), float(box.quad[0, 0]), box.area))


def _grown(core: np.ndarray, shrink_ratio: float) -> np.ndarray | None:
    """The least rectangle around the core's pixels, grown; None when it is too small for text."""
    contours, _ = cv2.findContours(core.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    centre, (w, h), angle = cv2.minAreaRect(np.concatenate(contours).astype(np.float32))
    w, h = w + 1, h + 1  # the contour runs through pixel centres
    growth = growth_of_core(w, h, shrink_ratio)
    if min(w, h) + 2 * growth < LEAST_SIDE:
        return None
    middle = (centre[0] + 0.5, centre[1] + 0.5)
    return in_reading_order(cv2.boxPoints((middle, (w + 2 * growth, h + 2 * growth), angle)))
