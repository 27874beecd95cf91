"""Regions of many megapixels are estimated at a smaller scale: memory and time do not grow with the picture."""

from __future__ import annotations

import cv2
import numpy as np

from operators.matting.estimate import Estimate
from operators.matting.frame import Frame
from operators.matting.network import Layer

MOST_PIXELS = 1_500_000  # of a frame at its own scale


def reduced(frame: Frame, layer: Layer | None) -> tuple[Frame, Layer | None]:
    """Frame and layer with at most MOST_PIXELS; the same objects when they have no more."""
    height, width = frame.view.shape[:2]
    scale = np.sqrt(MOST_PIXELS / (height * width))
    if scale >= 1:
        return frame, layer
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    factor = np.array([size[0] / width, size[1] / height], np.float32)
    taken = cv2.resize(frame.taken.astype(np.uint8), size, interpolation=cv2.INTER_AREA) > 0
    small = Frame(cv2.resize(frame.view, size, interpolation=cv2.INTER_AREA), frame.quad * factor, taken)
    if layer is None:
        return small, None
    return small, Layer(*(cv2.resize(part, size, interpolation=cv2.INTER_AREA)
                          for part in (layer.coverage, layer.alpha, layer.colour)))


def enlarged(found: Estimate, shape: tuple[int, ...]) -> Estimate:
    """The estimate at the scale of `shape`, (h, w); the same object when it has it. Its support only grows."""
    if found.alpha.shape == shape:
        return found
    size = shape[1], shape[0]
    found.alpha = cv2.resize(found.alpha, size, interpolation=cv2.INTER_LINEAR)
    if found.colour.ndim == 3:
        found.colour = cv2.resize(found.colour, size, interpolation=cv2.INTER_LINEAR)
    return found
