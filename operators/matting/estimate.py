"""What a matte is before it grows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass
class Estimate:
    """alpha: float32 (h, w), 0..1. colour: float32 (3,) or (h, w, 3), RGB 0..1. level: alpha of the solid parts, 1 is
    opaque. candidate: which mask won. agreement: 0..1."""

    alpha: np.ndarray
    colour: np.ndarray
    level: float
    candidate: str
    agreement: float
