"""How strong a fault must be to be seen where it is, and where along a hole it is."""

from __future__ import annotations

import cv2
import numpy as np

from operators.measures.depth import depth_of
from operators.measures.luma import LUMA

LEAST = 0.02  # of full scale: a difference along a line that an attentive viewer sees on a flat ground
MASKING = 0.8  # times the strength of the detail around it hides a fault (contrast masking)
_COLOURS = ((1, 1, 1), (1, 1, 1), (0, 0, 0), (1, 0.9, 0.2), (0.9, 0.1, 0.1), (0.1, 0.3, 0.9), (0.5, 0.5, 0.5))


def detail_of(rgb: np.ndarray, sigma: float = 2.0) -> np.ndarray:
    """Float32 (S, S): luma minus its Gaussian of sigma px. rgb: float32 (S, S, 3)."""
    luma = rgb @ LUMA
    return luma - cv2.GaussianBlur(luma, (0, 0), sigma)


def needed(rgb: np.ndarray, where: np.ndarray) -> float:
    """The difference in luma, 0..1, that is seen in front of the detail at `where`, bool (S, S)."""
    return LEAST + MASKING * float(detail_of(rgb)[where].std()) if where.any() else LEAST


def overlay_colour(rgb: np.ndarray, where: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Float32 (3,): a colour that overlays have, 0.25 of full scale from the picture's luma at `where`."""
    ground = float((rgb[where] @ LUMA).mean())
    for _ in range(12):
        picked = np.array(_COLOURS[int(rng.integers(len(_COLOURS)))], np.float32)
        if rng.random() < 0.2:
            picked = rng.uniform(0, 1, 3).astype(np.float32)
        if abs(float(picked @ LUMA) - ground) >= 0.25:
            return picked
    return np.full(3, 0.0 if ground > 0.5 else 1.0, np.float32)


def somewhere(hole: np.ndarray, rng: np.random.Generator, whole: float = 0.6) -> np.ndarray:
    """Float32 (S, S), 0..1: everywhere with probability `whole`, else on a smooth part of the hole, at least 30%."""
    if rng.random() < whole:
        return np.ones(hole.shape, np.float32)
    sigma = max(len(hole) * float(rng.uniform(0.08, 0.2)), 1.0)
    noise = cv2.GaussianBlur(rng.normal(0, 1, hole.shape).astype(np.float32), (0, 0), sigma)
    cut, spread = np.quantile(noise[hole], rng.uniform(0.2, 0.7)), max(float(noise[hole].std()), 1e-6)
    return np.clip((noise - cut) / (0.2 * spread), 0, 1).astype(np.float32)


def soft_inside(hole: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Float32 (S, S), 0..1: the hole, hard or with a ramp of up to 2 px inside its edge."""
    ramp = 0.0 if rng.random() < 0.4 else float(rng.uniform(0.5, 2.0))
    return np.clip((depth_of(hole) + 0.5) / (ramp + 1e-3), 0, 1).astype(np.float32) * hole
