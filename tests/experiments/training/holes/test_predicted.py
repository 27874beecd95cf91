"""Holes from what the segmenter sees."""

from __future__ import annotations

import numpy as np
from skimage import data

from experiments.training.holes.predicted import PredictedHoles
from experiments.training.views.view import View
from operators.matting.network import Layer


class Seer:
    """Sees the overlay 40 px to the right of where it is."""

    def __init__(self) -> None:
        self.calls = 0

    def look(self, rgb: np.ndarray, probability: np.ndarray) -> Layer:
        self.calls += 1
        seen = np.roll(probability, 40, 1)
        return Layer(seen, seen, np.zeros_like(rgb))


def _view() -> View:
    clean = data.coffee()[:200, :200].copy()
    alpha = np.zeros((200, 200), np.uint8)
    alpha[90:110, 60:100] = 255
    quads = np.array([[[60, 90], [100, 90], [100, 110], [60, 110]]], np.float32)
    return View(clean, clean, alpha, np.zeros_like(clean), alpha, quads, np.zeros((0, 4, 2), np.float32))


def test_holes_lie_where_the_segmenter_sees_overlay() -> None:
    """A generator trained on true holes alone has never seen what the product leaves of a stroke it half missed."""
    view, seer = _view(), Seer()
    true = np.mean([PredictedHoles(seer, 0.0)(view, 128, np.random.default_rng(i)).hole.mean(0) for i in range(12)], 0)
    assert seer.calls == 0
    holes = [PredictedHoles(seer, 1.0)(view, 128, np.random.default_rng(i)) for i in range(12)]
    moved = np.mean([h.hole.mean(0) for h in holes], 0)
    assert seer.calls == 12 and np.abs(true - moved).max() > 0.05
    assert all((h.truth.shape, h.hole.dtype) == ((128, 128, 3), bool) for h in holes)


def test_a_view_is_looked_at_once() -> None:
    """A look for every crop would cost more than the crop's training step."""
    view, seer = _view(), Seer()
    cut = PredictedHoles(seer, 1.0)
    for i in range(5):
        cut(view, 96, np.random.default_rng(i))
    assert seer.calls == 1


def test_pictures_without_overlay_are_not_looked_at() -> None:
    """A segmenter that runs on every clean photograph, for nothing."""
    seer, view = Seer(), _view()
    none = np.zeros_like(view.alpha)
    bare = View(view.clean, view.clean, none, view.colour, view.probability, view.quads, view.scene)
    PredictedHoles(seer, 1.0)(bare, 96, np.random.default_rng(0))
    assert seer.calls == 0
