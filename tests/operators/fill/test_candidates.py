from __future__ import annotations

import cv2
import numpy as np
import pytest

from operators.fill.candidates import best, candidate_seed, score, temperature_of
from operators.fill.canvas import Canvas
from operators.fill.harmonic import fill_membrane
from tests.operators.fill.test_views import letters
from tests.operators.overlaid import photo


def test_seeds_differ_by_everything_that_names_a_candidate_and_by_nothing_else() -> None:
    """The same noise in every picture of a dataset, or another one on another machine."""
    names = [("a", (0, 0, 9, 9), 0, 0), ("b", (0, 0, 9, 9), 0, 0), ("a", (0, 0, 9, 8), 0, 0), ("a", (0, 0, 9, 9), 1, 0),
             ("a", (0, 0, 9, 9), 0, 1)]
    seeds = [candidate_seed(*name) for name in names]
    assert len(set(seeds)) == len(seeds) and all(0 <= seed < 2**63 for seed in seeds)
    assert candidate_seed("a", (0, 0, 9, 9), 0, 0) == seeds[0] == 1028638694916552980


def test_the_first_is_the_likeliest_the_others_are_drawn() -> None:
    """Candidates that are all the same."""
    assert [temperature_of(k, 0.0) for k in range(3)] == [0.0, 1.0, 1.0]
    assert temperature_of(0, 0.5) == 0.5


@pytest.mark.parametrize(("name", "at"), [("coffee", (200, 100)), ("chelsea", (60, 120)), ("astronaut", (300, 20))])
def test_the_truth_scores_best(name: str, at: tuple[int, int]) -> None:
    """A choice that prefers smears, noise, false tones or a ghost of the letters to the real thing."""
    truth = photo(name)[at[0] : at[0] + 120, at[1] : at[1] + 280].astype(np.float32) / 255
    hole = letters(280, 120)
    base = fill_membrane(truth, hole)
    canvas = Canvas(base, hole, 1 - hole.astype(np.float32), hole, 0, 0)
    noise = np.random.default_rng(0).standard_normal(base.shape).astype(np.float32)
    inside = hole[..., None].astype(np.float32)
    fillings = {"truth": truth - base, "smear": 0 * base, "noise": 0.1 * inside * noise, "tone": 0.08 * inside,
                "ghost": 0.15 * cv2.erode(inside, np.ones((5, 5), np.uint8))[..., None]}
    scores = [score(canvas, np.ascontiguousarray(added, np.float32)) for added in fillings.values()]
    assert best(scores) == 0, dict(zip(fillings, scores, strict=True))
    assert scores[0] < 1.2


def test_of_equals_the_first_wins() -> None:
    """A winner that depends on how many candidates there are."""
    assert best([2.0, 1.0, 1.0]) == 1


def test_a_hole_without_surroundings_has_a_score() -> None:
    """A picture that is all hole: a division by nothing."""
    hole = np.ones((40, 40), bool)
    canvas = Canvas(np.zeros((40, 40, 3), np.float32), hole, np.zeros((40, 40), np.float32), hole, 0, 0)
    assert np.isfinite(score(canvas, np.zeros((40, 40, 3), np.float32)))
