"""RGB to the single channel of a grey picture."""

from __future__ import annotations

import numpy as np


def luma(rgb: np.ndarray) -> np.ndarray:
    """(..., 3) → (...), same dtype, BT.601. Equal channels come out unchanged."""
    values = rgb.astype(np.float64)
    grey = 0.299 * values[..., 0] + 0.587 * values[..., 1] + 0.114 * values[..., 2]
    return np.rint(grey).astype(rgb.dtype)
