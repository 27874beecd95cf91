"""Mattes of what the user handed over: a mask, or a box."""

from __future__ import annotations

import numpy as np

from operators.matting.estimate import Estimate
from operators.matting.frame import Frame
from operators.record import Region

HANDED = ("mask", "box")  # kinds of regions


def handed_over(frame: Frame, region: Region, origin: tuple[int, int]) -> Estimate:
    """The user's mask as it is, or all of the box. origin: (x, y) of the frame's top left pixel in the picture. Raises
    `ValueError` when a region of kind mask has none."""
    if region.kind == "box":
        inside = frame.depth <= 0
        return Estimate(inside.astype(np.float32), _median(frame, inside), 1.0, "user box", 1.0)
    if region.mask is None:
        raise ValueError("a region of kind mask has no mask: set Region.mask to the bool crop over its quad's box")
    left, top = (int(v) for v in np.floor(region.quad.min(0)))
    alpha = np.zeros(frame.depth.shape, np.float32)
    x0, y0 = origin
    height, width = region.mask.shape
    bottom, right = y0 + frame.view.shape[0], x0 + frame.view.shape[1]
    ys, xs = max(top, y0), max(left, x0)
    ye, xe = min(top + height, bottom), min(left + width, right)
    if ys < ye and xs < xe:
        alpha[ys - y0 : ye - y0, xs - x0 : xe - x0] = region.mask[ys - top : ye - top, xs - left : xe - left]
    return Estimate(alpha, _median(frame, alpha > 0), 1.0, "user mask", 1.0)


def _median(frame: Frame, mask: np.ndarray) -> np.ndarray:
    return np.median(frame.view[mask], 0).astype(np.float32) if mask.any() else np.full(3, 0.5, np.float32)
