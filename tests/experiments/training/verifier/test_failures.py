"""Failures put into good composites."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from experiments.training.verifier.failures import inject
from experiments.training.verifier.leftovers import FRINGE
from experiments.training.verifier.visibility import LEAST
from operators.measures.depth import depth_of
from operators.measures.truth import ciede2000
from operators.verify.verdict import FAILURES
from tests.operators.verify.photographs import square, word


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_seen_and_stays_where_it_belongs(name: str) -> None:
    """One too faint teaches to see what is not there, one outside the hole to look elsewhere."""
    alpha, hole = word()
    far = depth_of(hole) < (-FRINGE if name == "halo" else 0)
    seen = []
    for seed in range(12):
        spoilt = inject(name, square(), alpha, hole, np.random.default_rng(seed))
        assert spoilt.dtype == np.float32 and 0 <= spoilt.min() <= spoilt.max() <= 1
        assert np.array_equal(spoilt[far], square()[far])
        seen.append(float(np.abs(spoilt - square()).max()))
    assert min(seen) > LEAST and len({round(s, 6) for s in seen}) > 6


@pytest.mark.parametrize("name", FAILURES)
def test_the_same_seed_gives_the_same_failure(name: str) -> None:
    """A hidden source of randomness would make tiles that nobody can make again."""
    alpha, hole = word()
    one, two = (inject(name, square(), alpha, hole, np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(one, two)


@pytest.mark.parametrize("name", FAILURES)
def test_boxes_and_flat_pictures_get_failures_too(name: str) -> None:
    """Every failure must be visible where the overlay has no shape and the ground no texture."""
    hole = np.zeros((128, 128), bool)
    hole[40:80, 30:100] = True
    flat = np.full((128, 128, 3), 0.6, np.float32)
    changed = [np.abs(inject(name, flat, hole.astype(np.float32), hole, np.random.default_rng(s)) - flat).max()
               for s in range(10)]
    assert min(changed) > 0.01


def test_a_ghost_has_the_letters_shape() -> None:
    """A ghost drawn from another alpha would be a texture failure under a wrong name."""
    alpha, hole = word()
    flat, found = np.full((128, 128, 3), 0.5, np.float32), []
    for seed in range(20):
        left = np.abs(inject("ghost", flat, alpha, hole, np.random.default_rng(seed)) - 0.5).max(2)
        inside = cv2.dilate((alpha > 0).astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
        found.append(float(left[inside].sum() / left.sum()))
    assert min(found) > 0.99


def test_a_drift_is_4_to_15_units_of_lab_and_smooth() -> None:
    """Degrees for gradians: a drift of 40 teaches nothing about one of 4."""
    hole = np.zeros((128, 128), bool)
    hole[40:80, 30:100] = True
    flat = np.full((128, 128, 3), 0.5, np.float32)
    alpha = hole.astype(np.float32)
    drifts = [ciede2000(inject("colour_drift", flat, alpha, hole, np.random.default_rng(s)), flat, hole)
              for s in range(12)]
    assert min(drifts) > 1.5 and max(drifts) < 20


def test_without_a_hole_nothing_changes_and_other_names_are_refused() -> None:
    """Statistics of no pixels are nan."""
    alpha, hole = word()
    none = np.zeros_like(hole)
    for name in FAILURES:
        assert np.array_equal(inject(name, square(), alpha, none, np.random.default_rng(0)), square())
    with pytest.raises(KeyError):
        inject("smudge", square(), alpha, hole, np.random.default_rng(0))
