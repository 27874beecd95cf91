"""The crops with holes that every filling network trains on."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.training.holes.crops import LEAST, MOST, Holes, batch, cut_hole, hollowed, soft_rim
from tests.experiments.training.views.test_view import view


@pytest.fixture(scope="module")
def crops() -> Holes:
    one = view()
    return batch([cut_hole(one, 128, np.random.default_rng(seed)) for seed in range(60)])


def test_holes_are_of_the_promised_size_and_known_belongs_to_them(crops: Holes) -> None:
    """A crop without a hole, or known pixels inside it: nothing to learn from, or the answer given away."""
    share = crops.hole.mean((1, 2))
    assert share.min() >= LEAST and share.max() <= MOST and share.std() > 0.05
    assert (crops.known[~crops.hole] == 1).all() and (crops.known[crops.hole] < 1).all()
    assert crops.truth.shape == (60, 128, 128, 3) and crops.truth.dtype == np.uint8


def test_the_same_seed_cuts_the_same_crop() -> None:
    """A run that cannot be repeated."""
    one, two = (cut_hole(view(), 128, np.random.default_rng(5)) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(vars(one).values(), vars(two).values(), strict=True))


def test_an_overlay_is_often_the_hole_itself() -> None:
    """Training on random shapes only, when the product's holes are letters."""
    truth = np.full((128, 128, 3), 128, np.uint8)
    overlay = np.zeros((128, 128), bool)
    overlay[40:60, 10:118] = True
    holes = [hollowed(truth, overlay, np.random.default_rng(seed)).hole for seed in range(40)]
    exact = [h for h in holes if h[overlay].all() and not h[:34].any() and not h[66:].any()]
    assert 10 < len(exact) < 35


def test_the_rim_lies_outside_the_support() -> None:
    """A feather that reaches into the overlay would show it."""
    truth = np.random.default_rng(0).integers(0, 255, (96, 96, 3), np.uint8)
    support = np.zeros((96, 96), bool)
    support[30:50, 30:70] = True
    soft = 0
    for seed in range(20):
        hole, known = soft_rim(support, truth, np.random.default_rng(seed))
        assert (known[support] == 0).all() and hole.sum() > support.sum()
        assert not hole[:25].any() and not hole[:, 75:].any()
        soft += int(((known > 0) & (known < 1)).any())
    assert soft > 10


def test_an_empty_support_has_no_hole() -> None:
    """A distance to nothing, which OpenCV answers with a number."""
    hole, known = soft_rim(np.zeros((32, 32), bool), np.zeros((32, 32, 3), np.uint8), np.random.default_rng(0))
    assert not hole.any() and (known == 1).all()
