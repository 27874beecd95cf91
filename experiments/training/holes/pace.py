"""How a training on crops with holes goes: for how long, in which batches, with which holes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from experiments.training.holes.crops import Holes, cut_hole
from experiments.training.holes.predicted import product_holes
from experiments.training.views.view import View


@dataclass(frozen=True)
class Pace:
    """minutes: of training, over all starts. count: crops of a batch. watch_every: steps between looks at the held-out
    crops. predicted: share of overlay holes cut as the product's own segmenter sees the overlay. small_share: of the
    time, with small crops, for a training that begins with them."""

    minutes: float
    count: int
    watch_every: int
    predicted: float = 0.0
    small_share: float = 0.0

    def cut(self) -> Callable[[View, int, np.random.Generator], Holes]:
        """What cuts crops for the feed."""
        return product_holes(self.predicted) if self.predicted else cut_hole
