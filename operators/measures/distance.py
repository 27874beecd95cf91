"""Exact Euclidean distances that are the same bits wherever the picture lies in memory.

OpenCV's precise transform (Felzenszwalb and Huttenlocher, Theory of Computing 2012) differs in the last bit with the
alignment of its input. Squared distances on a grid are whole numbers: rounded to them, they cannot.
"""

from __future__ import annotations

import cv2
import numpy as np


def distance_to_zero(mask: np.ndarray) -> np.ndarray:
    """Float32 (H, W): px from every pixel of a uint8 or bool (H, W) mask to the nearest one that is 0; very large where
    there is none."""
    found = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.sqrt(np.rint(np.square(found, dtype=np.float64))).astype(np.float32)
