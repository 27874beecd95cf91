"""Crops with holes in a real photograph."""

from __future__ import annotations

import numpy as np
from skimage import data

from experiments.training.holes.crops import Holes, batch, hollowed


def crops(count: int, size: int = 64) -> Holes:
    """Of random places, all under random shapes."""
    photo, rng = data.astronaut(), np.random.default_rng(0)
    places = rng.integers(0, 512 - size, (count, 2))
    nothing = np.zeros((size, size), bool)
    return batch([hollowed(photo[y : y + size, x : x + size].copy(), nothing, rng) for y, x in places])
