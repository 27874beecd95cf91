"""How well a mask explains what the quad holds and its surroundings do not."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from operators.matting.clusters import kmeans
from operators.matting.frame import Frame

DISC = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
UNEVEN = 0.15  # sigma of colours around their nearest mode at which a mask loses half of its credit
SAMPLE = 600  # pixels looked at for it


@dataclass(frozen=True)
class Score:
    """All 0..1. edges: how well the mask's outline and the edges inside the quad account for each other (F1, mean over
    the pieces of the line). inside: the mask's density in the quad against that around it. spread: share of the line's
    pieces that hold ink. area: how plausible its share of the quad is. evenness: how few colours it takes."""

    edges: float
    inside: float
    spread: float
    area: float
    evenness: float

    @property
    def agreement(self) -> float:
        rest = self.inside * self.area * (0.3 + 0.7 * self.spread) * (0.6 + 0.4 * self.evenness)
        return float(self.edges**1.5 * rest)


def score(mask: np.ndarray, frame: Frame, at_least: float = 0.0) -> Score:
    """mask: bool (h, w), not empty. A mask that cannot reach the agreement `at_least` gets no evenness, saves time."""
    share = _area(mask & frame.core) / max(_area(frame.core), 1)
    area = float(np.clip(share / 0.04, 0.0, 1.0) * np.clip((0.97 - share) / 0.15, 0.2, 1.0))
    held, _ = frame.count(mask & frame.core)
    spread = float((held > 0).mean())
    bound = Score(_edges(mask, frame), _inside(mask, frame), spread, area, 1.0)
    return replace(bound, evenness=_evenness(mask, frame) if bound.agreement > at_least else 0.0)


def _edges(mask: np.ndarray, frame: Frame) -> float:
    f1, weight = edges_per_piece(mask, frame)
    return float((f1 * weight).sum() / weight.sum()) if weight.sum() > 0 else 0.0


def edges_per_piece(mask: np.ndarray, frame: Frame) -> tuple[np.ndarray, np.ndarray]:
    """F1 of outline and edges in every piece of the line, and how much there is to explain in it. float64 (pieces,)."""
    solid = mask.astype(np.uint8)
    grown, shrunk = cv2.dilate(solid, DISC), cv2.erode(solid, DISC)
    near = (cv2.dilate(grown, DISC) > 0) & frame.core
    outline, hits = frame.count(grown != shrunk)
    reached, explained = frame.count(near)
    area, edges = frame.core_counts
    ring, ring_edges = frame.ring_counts
    usual = np.minimum(ring_edges / np.maximum(ring, 1), 0.5 * edges / np.maximum(area, 1))
    total = edges - usual * area
    missed = edges - explained - usual * (area - reached)
    recall = 1.0 - np.clip(missed / np.maximum(total, 1.0), 0, 1)
    precision = hits / np.maximum(outline, 1)
    return 2 * precision * recall / np.maximum(precision + recall, 1e-6), np.sqrt(np.maximum(total, 0.0))


def _inside(mask: np.ndarray, frame: Frame) -> float:
    core, allowed, held = _area(frame.core), _area(frame.allowed), _area(mask & frame.core)
    here, there = held / max(core, 1), (_area(mask) - held) / max(allowed - core, 1)
    return here / max(here + 0.5 * there, 1e-6)


def _area(mask: np.ndarray) -> int:
    return int(np.count_nonzero(mask))


def _evenness(mask: np.ndarray, frame: Frame) -> float:
    """Ink has one colour, with an outline or backing two; a piece of the scene has many."""
    pixels = frame.view[mask]
    pixels = pixels[:: max(len(pixels) // SAMPLE, 1)]
    centres = kmeans(pixels, 2, rounds=3)
    nearest = np.stack([((pixels - c) ** 2).sum(1) for c in centres]).min(0)
    return 1.0 / (1.0 + float(np.median(nearest)) / UNEVEN**2 * 2.0)
