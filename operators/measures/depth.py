"""How deep in a hole a pixel lies."""

from __future__ import annotations

import numpy as np

from operators.measures.distance import distance_to_zero


def depth_of(hole: np.ndarray) -> np.ndarray:
    """Float32 (H, W): px to the hole's edge, above 0 inside, below 0 outside; +-0.5 on the two sides of the edge."""
    solid = hole.astype(np.uint8)
    inside, outside = (distance_to_zero(part) for part in (solid, 1 - solid))
    far = float(sum(hole.shape))
    inside, outside = np.minimum(inside, far), np.minimum(outside, far)  # without the other side: as far as can be
    return np.where(hole, inside - 0.5, 0.5 - outside).astype(np.float32)
