"""Context-aware dilation: how far the hole reaches beyond the overlay, and which pixels that makes."""

from __future__ import annotations

import numpy as np

from operators.measures.distance import distance_to_zero
from operators.options import RefineOptions
from operators.refine.homography import Plane

DENSE = 0.08  # sigma of a ring that counts as densely textured
PLAIN = 0.012  # sigma of a ring on which the ringing of compression shows
PLAIN_BOOST = 1.25


def growth_for(stroke: float, texture: float, options: RefineOptions) -> float:
    """Growth in px for a stroke width in px and a ring texture (sigma, 0..1).

    Proportional to the stroke; less where a textured ring offers anchors worth keeping, more where it is plain. Never
    below the feather, which would bring the overlay back: raises `ValueError` when the options leave no room.
    """
    feather = feather_extent(options)
    growth = options.growth * stroke * (1.0 - options.texture_scale * min(texture / DENSE, 1.0))
    growth *= PLAIN_BOOST if texture < PLAIN else 1.0
    growth = max(float(np.clip(growth, options.min_growth, options.max_growth)), feather + 1.0)
    check_growth(growth, feather)
    if growth > options.max_growth and feather + 1.0 > options.max_growth:
        raise ValueError(
            f"refine.feather_sigma {options.feather_sigma} needs a growth of {feather + 1:.1f} px, above "
            f"refine.max_growth {options.max_growth}: lower the one or raise the other"
        )
    return growth


def feather_extent(options: RefineOptions) -> float:
    """Width of the edge blend, px: two sigmas. 0 for hard mattes."""
    return 0.0 if options.alpha == "hard" else 2.0 * options.feather_sigma


def check_growth(growth: float, feather: float) -> None:
    """Raises `ValueError` unless growth > feather: else the blend shows the overlay through."""
    if not growth > feather:
        raise ValueError(
            f"growth {growth:.2f} px must exceed the feather {feather:.2f} px, or the blend brings the overlay back: "
            "raise refine.min_growth or refine.growth, or lower refine.feather_sigma"
        )


def distance_from(mask: np.ndarray, plane: Plane | None) -> np.ndarray:
    """Distance of every pixel to the mask, in px of the picture at the mask's own scale; 0 on it.

    mask: bool (h, w), not empty. With a plane, distances are measured in it, so that they grow alike along and across
    the line however the text is turned away. Returns float32 (h, w).
    """
    if plane is None:
        return distance_to_zero(~mask)
    flat = plane.rectify(mask.astype(np.float32)) >= 0.5
    if not flat.any():
        return distance_from(mask, None)
    far = distance_to_zero(~flat)
    distance = plane.restore(far, mask.shape) / plane.scale
    return np.where(mask, 0.0, np.maximum(distance, 0.5)).astype(np.float32)
