"""How well a mask explains what the quad holds and its surroundings do not."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from operators.matting.frame import Frame

DISC = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))


@dataclass(frozen=True)
class Score:
    """All 0..1. precision: share of the mask's outline that lies on an edge of the picture. recall: share of the edges
    inside the quad that the mask accounts for. inside: the mask's density in the quad against that around it.
    spread: share of the line's length that holds ink. area: how plausible its share of the quad is."""

    precision: float
    recall: float
    inside: float
    spread: float
    area: float

    @property
    def agreement(self) -> float:
        """Harmonic mean of precision and recall, weighed down by the others."""
        edges = 2 * self.precision * self.recall / max(self.precision + self.recall, 1e-6)
        return float(edges * self.inside * (0.3 + 0.7 * self.spread) * self.area)


def score(mask: np.ndarray, frame: Frame) -> Score:
    """mask: bool (h, w), not empty."""
    ring_edges = frame.gradient[frame.ring]
    quad_edges = frame.gradient[frame.core]
    threshold = max(np.quantile(ring_edges, 0.7), 0.25 * np.quantile(quad_edges, 0.95), 0.006)
    edge = frame.gradient > threshold
    solid = mask.astype(np.uint8)
    grown, shrunk = cv2.dilate(solid, DISC), cv2.erode(solid, DISC)
    outline = (grown - shrunk) > 0
    on_edge = float(edge[outline].mean())
    near = cv2.dilate(grown, DISC) > 0
    core_edge = edge & frame.core
    expected = float(edge[frame.ring].mean())
    total = core_edge.sum() - expected * frame.core.sum()
    missed = (core_edge & ~near).sum() - expected * (frame.core & ~near).sum()
    recall = 1.0 - max(float(missed), 0.0) / max(float(total), 1.0) if total > 0 else 0.5
    return Score(on_edge, float(np.clip(recall, 0, 1)), _inside(mask, frame), _spread(mask, frame), _area(mask, frame))


def _inside(mask: np.ndarray, frame: Frame) -> float:
    here = mask[frame.core].mean()
    around = frame.depth > 0
    there = mask[around & frame.allowed].mean() if (around & frame.allowed).any() else 0.0
    return float(here / max(here + 0.5 * there, 1e-6))


def _spread(mask: np.ndarray, frame: Frame) -> float:
    """Share of the pieces of the line, each as long as it is high, that hold ink."""
    quad = frame.quad
    axis = (quad[1] + quad[2] - quad[0] - quad[3]) / 2
    length = max(float(np.hypot(*axis)), 1.0)
    pieces = max(round(length / max(frame.line_height, 1.0)), 1)
    ys, xs = np.nonzero(mask)
    origin = (quad[0] + quad[3]) / 2
    along = ((xs - origin[0]) * axis[0] + (ys - origin[1]) * axis[1]) / length**2
    hit = np.unique(np.clip((along * pieces).astype(int), 0, pieces - 1))
    return len(hit) / pieces


def _area(mask: np.ndarray, frame: Frame) -> float:
    share = float(mask[frame.core].mean())
    return float(np.clip(share / 0.05, 0.0, 1.0) * np.clip((0.97 - share) / 0.15, 0.2, 1.0))
