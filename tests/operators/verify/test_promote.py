"""Which candidate is kept."""

from __future__ import annotations

import numpy as np
import pytest

from operators.verify.promote import PARTS, parts, promoted
from tests.operators.verify.fakes import Measures, Says
from tests.operators.verify.photographs import square, word


def candidates(*strengths: float) -> list[np.ndarray]:
    """The photograph with noise of those strengths in the hole."""
    _, hole = word()
    noise = [np.random.default_rng(i).normal(0, 1, (*hole.shape, 3)) for i in range(len(strengths))]
    return [np.clip(square() + s * hole[..., None] * n, 0, 1).astype(np.float32)
            for s, n in zip(strengths, noise, strict=True)]


def test_the_one_most_like_the_others_is_promoted() -> None:
    """A sign: the outlier would win."""
    alpha, hole = word()
    index, scores = promoted(candidates(0.05, 0.2, 0.01, 0.06), alpha, hole, Says(0.3))
    assert index == 2 and scores[1] == max(scores) and len(scores) == 4


def test_a_candidate_that_would_be_noticed_is_not_promoted() -> None:
    """The verifier's risk left out: of candidates alike, the one with a tint would win as often as not."""
    alpha, hole = word()
    even = candidates(0.03, 0.03, 0.03)
    tinted = np.clip(even[0] + 0.02 * hole[..., None], 0, 1).astype(np.float32)
    verifier = Measures(of=lambda rgb, hole: float(np.abs(rgb - tinted).max() < 1e-6))
    _, scores = promoted([tinted, *even[1:]], alpha, hole, verifier)
    _, without = promoted([tinted, *even[1:]], alpha, hole, Says(0.0))
    assert scores[0] > without[0] and scores[1:] == without[1:]


def test_closeness_to_the_filling_at_temperature_0_counts() -> None:
    """The mean left out of the score, or taken for a candidate."""
    alpha, hole = word()
    three = candidates(0.05, 0.05, 0.05)
    found = parts(three, alpha, hole, Says(0.0), three[1])
    assert found.shape == (3, len(PARTS)) and found[1, 3] == found[1, 4] == 0 and (found[[0, 2], 3:] > 0).all()
    assert promoted(three, alpha, hole, Says(0.0), three[1])[0] == 1


def test_one_candidate_is_promoted_and_none_is_an_error() -> None:
    """A mean over no others is nan, and nan is never the least."""
    alpha, hole = word()
    index, scores = promoted(candidates(0.1), alpha, hole, Says(0.4))
    assert index == 0 and np.isfinite(scores).all()
    with pytest.raises(ValueError, match="no candidate"):
        promoted([], alpha, hole, Says())
    with pytest.raises(ValueError, match="hole is empty"):
        parts(candidates(0.1), alpha, np.zeros_like(hole), Measures())
