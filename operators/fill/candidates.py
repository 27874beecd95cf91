"""Candidates: their seeds and temperatures, and which of them nobody would notice."""

from __future__ import annotations

import hashlib
import json

import cv2
import numpy as np

from operators.fill.canvas import Canvas
from operators.measures.seam import seam_scores

CONTEXT = 16  # px around the hole that the scores look at
LOW = 4.0  # sigma, px, of the low frequencies in which a candidate should stay with the base
# Nine of ten holes (text and boxes) in untouched photographs read less than this: a perfect filling scores about 0.5.
USUAL = {
    "gradient_ratio": 0.34, "high_frequency_ratio": 0.38, "silhouette": 0.09, "colour_drift": 2.8, "distance": 0.06,
}


def candidate_seed(key: str, place: tuple[int, ...], index: int, seed: int) -> int:
    """Of one candidate of what lies at `place` in the picture `key`: 0 <= seed < 2**63, the same on every machine.

    seed: the recipe's. Nothing else plays a part: not the batch, the worker or the number of candidates.
    """
    text = json.dumps([key, [int(v) for v in place], index, seed])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def temperature_of(index: int, first: float) -> float:
    """The first candidate is drawn at the recipe's temperature, the others as the network was trained."""
    return first if index == 0 else 1.0


def score(canvas: Canvas, added: np.ndarray) -> float:
    """How far a candidate is from one that nobody would notice: 0 is perfect, untouched photographs lie below 1.

    added: float32 (H, W, 3), what it adds to the canvas's base. The root of the mean square of the no-reference seam
    scores (`operators.measures.seam`) and of the distance to the base in low frequencies, each over its usual size.
    """
    rows, columns = np.flatnonzero(canvas.wanted.any(1)), np.flatnonzero(canvas.wanted.any(0))
    box = (slice(max(int(rows[0]) - CONTEXT, 0), int(rows[-1]) + 1 + CONTEXT),
           slice(max(int(columns[0]) - CONTEXT, 0), int(columns[-1]) + 1 + CONTEXT))
    found = measured(canvas.base[box], added[box], 1 - canvas.known[box], canvas.wanted[box])
    return float(np.sqrt(np.mean([(found[name] / usual) ** 2 for name, usual in USUAL.items()])))


def measured(base: np.ndarray, added: np.ndarray, cover: np.ndarray, hole: np.ndarray) -> dict[str, float]:
    """The scores by name. base, added: float32 (h, w, 3). cover: float32 (h, w), 0..1, 1 in the hole's core. hole: bool
    (h, w)."""
    composite = np.clip(base + added, 0, 1)
    low = cv2.GaussianBlur(np.where(hole[..., None], added, 0), (0, 0), LOW)
    distance = float(np.abs(low[hole]).mean())
    if hole.all():
        return dict.fromkeys(USUAL, 0.0) | {"distance": distance}
    return seam_scores(composite, cover, hole) | {"distance": distance}


def best(scores: list[float]) -> int:
    """The index of the lowest; of equals the first."""
    return int(np.argmin(scores))
