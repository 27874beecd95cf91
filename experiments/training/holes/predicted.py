"""Holes as the product itself would cut them: from what its own segmenter sees of the overlay."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from experiments.training.holes.crops import Holes, cut_hole
from experiments.training.views.feed import POOL
from experiments.training.views.view import View
from operators.matting.network import Layer, load_network
from operators.options import RefineOptions


class Looks(Protocol):
    """`operators.matting.network.Segmenter`, or a stand-in."""

    def look(self, rgb: np.ndarray, probability: np.ndarray) -> Layer: ...


@dataclass
class PredictedHoles:
    """`cut_hole` for `Feed`, the overlay's true alpha replaced by the predicted one in `share` (0..1) of the crops.

    The segmenter looks at a whole view once and is remembered for as many views as the feed keeps.
    """

    segmenter: Looks
    share: float = 0.5
    coverage: float = RefineOptions().coverage
    _seen: dict[int, tuple[View, View]] = field(default_factory=dict, init=False, repr=False)

    def __call__(self, view: View, size: int, rng: np.random.Generator) -> Holes:
        if view.alpha.any() and rng.random() < self.share:
            view = self._predicted(view)
        return cut_hole(view, size, rng)

    def _predicted(self, view: View) -> View:
        if id(view) not in self._seen:
            layer = self.segmenter.look(view.image.astype(np.float32) / 255, view.probability.astype(np.float32) / 255)
            alpha = np.where(layer.coverage > self.coverage, layer.alpha, 0)
            if len(self._seen) >= POOL:
                self._seen.pop(next(iter(self._seen)))
            self._seen[id(view)] = view, replace(view, alpha=np.rint(255 * alpha).astype(np.uint8))
        return self._seen[id(view)][1]


def product_holes(share: float) -> PredictedHoles:
    """With the embedded segmenter."""
    return PredictedHoles(load_network("embedded", False), share)
