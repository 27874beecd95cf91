"""Overlays that are hard to see: thin in alpha, or close to what is below them, and how far that may go."""

from __future__ import annotations

import cv2
import numpy as np

from operators.render.overlay import Overlay
from operators.render.sheet import settled

_LEAST = 0.05
_SMALL = 16.0  # px: lines lower than this need more contrast to be seen


def least_contrast(photo: np.ndarray, overlay: Overlay) -> float:
    """The mean change, 0..1, from which on an eye that searches finds the overlay on the (H, W, 3) uint8 photo: more
    on texture than on a quiet ground, more for small letters than for large ones."""
    rows, columns = (np.flatnonzero(overlay.alpha.any(axis)) for axis in (1, 0))
    if not len(rows):
        return _LEAST
    grey = cv2.cvtColor(photo[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], cv2.COLOR_RGB2GRAY)
    texture = float(cv2.absdiff(grey, cv2.blur(grey, (5, 5))).mean()) / 255
    heights = [float(np.linalg.norm(region.quad[3] - region.quad[0])) for region in overlay.regions]
    small = bool(heights) and min(heights) < _SMALL
    return _LEAST + 1.2 * texture + (0.05 if small else 0.0)


def faded(photo: np.ndarray, overlay: Overlay, share: float, through_alpha: bool) -> Overlay:
    """The overlay on the (H, W, 3) uint8 photo with about `share` of its contrast, as it is when share is 1 or more:
    its alpha lowered, or else its colours drawn towards the mean of the photograph below them."""
    if share >= 1:
        return overlay
    alpha, colour = overlay.alpha, overlay.colour
    if through_alpha:
        alpha = alpha * np.float32(share)
    else:
        rows, columns = np.nonzero(alpha)
        weight = alpha[rows, columns]
        below = (photo[rows, columns] * weight[:, None]).sum(0) / max(float(weight.sum()), 1e-6) / 255
        colour = colour.copy()
        colour[rows, columns] += np.float32(1 - share) * (below.astype(np.float32) - colour[rows, columns])
    return settled(photo, alpha, colour * alpha[..., None], overlay.regions, overlay.kind)
