"""What clings to the ink: outlines, shadows, glows and the ringing of compression."""

from __future__ import annotations

import cv2
import numpy as np

from operators.matting.background import interpolate
from operators.matting.frame import Frame

ROUNDS = 3


def explain_leftovers(mask: np.ndarray, frame: Frame) -> np.ndarray:
    """Grow the mask over neighbouring pixels that the background cannot explain. bool (h, w) → bool (h, w).

    A pixel joins when it differs from the background, interpolated without the neighbourhood of the mask, by more than
    the ring differs from its own interpolation, and touches the mask through such pixels.
    """
    reach = max(2.0, 0.35 * frame.line_height)
    for _ in range(ROUNDS):
        grown = _round(mask, frame, reach)
        if grown.sum() == mask.sum():
            break
        mask = grown
    return mask


def _round(mask: np.ndarray, frame: Frame, reach: float) -> np.ndarray:
    distance = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5)
    band = (distance > 0) & (distance <= max(3.0, 0.12 * frame.line_height)) & frame.allowed
    unknown = mask | band | (frame.taken & ~frame.core)
    background = interpolate(frame.view, ~unknown)
    difference = np.abs(frame.view - background).max(2)
    threshold = max(2.5 * frame.texture, 0.035)
    odd = band & (difference > threshold) & (distance <= reach)
    seeds = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return mask | _touching(odd, seeds)


def _touching(odd: np.ndarray, seeds: np.ndarray) -> np.ndarray:
    """Components of `odd` that meet `seeds`."""
    count, label = cv2.connectedComponents(odd.astype(np.uint8), connectivity=8)
    hit = np.zeros(count, bool)
    hit[np.unique(label[seeds & odd])] = True
    hit[0] = False
    return hit[label]
