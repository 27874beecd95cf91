"""What the seam verifier's network is shown of a view."""

from __future__ import annotations

import cv2
import numpy as np

from operators.measures.luma import LUMA
from operators.measures.seam import signed_distance
from operators.verify.views import SeamView

PLANES = 13  # RGB 3, its detail 3, alpha, hole, distance, likeness of detail and alpha 3, of detail and outline
HOLE, DISTANCE = 7, 8  # places of two of them
REACH = 16.0  # px from the hole's edge at which the distance saturates
WINDOW = 9  # px of the window whose mean is subtracted, and in which likeness is measured
_FLAT = 1e-5  # variance below which there is nothing to be like


def planes(view: SeamView) -> np.ndarray:
    """Float32 (PLANES, S, S), about zero mean. Of the alpha only what lies in the hole is read."""
    inside = view.hole.astype(np.float32)
    shape = np.ascontiguousarray(view.alpha * inside, np.float32)
    outline = cv2.morphologyEx(shape, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    detail = view.rgb - _mean(view.rgb)
    fine, drawn = shape - _mean(shape), outline - _mean(outline)
    alike = [_likeness(np.ascontiguousarray(detail[..., c]), fine) for c in range(3)]
    distance = np.clip(signed_distance(view.hole) / REACH, -1, 1)
    return np.stack([*np.moveaxis(2 * (view.rgb - 0.5), 2, 0), *np.moveaxis(6 * detail, 2, 0), shape, inside, distance,
                     *alike, _likeness(detail @ LUMA, drawn)]).astype(np.float32, copy=False)


def _mean(x: np.ndarray) -> np.ndarray:
    return cv2.blur(x, (WINDOW, WINDOW), borderType=cv2.BORDER_REPLICATE)


def _likeness(detail: np.ndarray, shape: np.ndarray) -> np.ndarray:
    """Correlation within the window, -1..1; 0 where one of the two is flat: what a ghost has and a picture has not."""
    size = np.maximum(_mean(detail * detail), 0) + _FLAT, np.maximum(_mean(shape * shape), 0) + _FLAT
    return _mean(detail * shape) / np.sqrt(size[0] * size[1])
