"""Boxes around what the overlay segmenter covers and no line of the detector explains: logos, stamps, tiled marks."""

from __future__ import annotations

import cv2
import numpy as np

from operators.detection.cores import Box
from operators.detection.quads import sides, smallest_rectangle
from operators.detection.shrink import offset_quad

COVERED = 0.5  # coverage from which a pixel counts
LEAST_PIXELS = 20  # of a mark, px of the letterbox
JOIN = 9  # px: parts nearer than this are one mark
EXPLAINED = 0.15  # of a box's height, by which it may be too small


def covered_boxes(coverage: np.ndarray, explained: list[Box]) -> list[Box]:
    """coverage: float32 (H, W), 0..1. explained: boxes whose pixels are left out. Confidence is the mean coverage of
    the mark's pixels, area their number. Coordinates as in `boxes_of_map`."""
    left = (coverage > COVERED).astype(np.uint8)
    for box in explained:
        wider = offset_quad(box.quad, EXPLAINED * min(sides(box.quad)))
        cv2.fillConvexPoly(left, np.rint((wider - 0.5) * 16).astype(np.int32), 0, shift=4)
    if not left.any():
        return []
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (JOIN, JOIN))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(cv2.dilate(left, disc), connectivity=8)
    boxes = []
    for label in range(1, count):
        x, y, w, h, _ = (int(v) for v in stats[label])
        window = slice(y, y + h), slice(x, x + w)
        own = (labels[window] == label) & (left[window] > 0)
        area = int(own.sum())
        if area >= LEAST_PIXELS:
            boxes.append(_box(own, coverage[window], (x, y), area))
    return boxes


def _box(own: np.ndarray, coverage: np.ndarray, origin: tuple[int, int], area: int) -> Box:
    ys, xs = np.nonzero(own)
    points = np.column_stack([xs, ys])
    corners = np.concatenate([points + shift for shift in ((0, 0), (1, 0), (0, 1), (1, 1))]).astype(np.float32)
    quad = smallest_rectangle(cv2.convexHull(corners)[:, 0]) + np.array(origin, np.float32)
    return Box(quad, float(coverage[own].mean()), float(area), kind="mark", source="segmenter")
