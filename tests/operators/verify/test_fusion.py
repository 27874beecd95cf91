"""Features to probabilities."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from operators.models.trees import LEAF, BoostedTrees
from operators.verify.fusion import FILE, SUREST, Fusion, load_fusion


def stump(feature: int, low: float, high: float) -> BoostedTrees:
    """`low` where the feature is at most 0, else `high`."""
    return BoostedTrees(
        np.array([feature, LEAF, LEAF], np.int16), np.zeros(3), np.array([1, 0, 0], np.int32),
        np.array([2, 0, 0], np.int32), np.array([0, low, high], np.float32), np.array([0], np.int32),
        np.zeros(1, np.float32))


def fusion() -> Fusion:
    return Fusion([stump(0, -1, 1), stump(1, 0, 40)], np.array([2.0, 1.0]), np.array([0.0, -1.0]), 2)


def test_probabilities_are_those_of_the_trees_behind_the_curve() -> None:
    """Answers in another order than their trees, a curve that is forgotten, or that of another answer."""
    found = fusion().probabilities(np.array([[1.0, -1.0], [-1.0, -1.0]], np.float32))
    assert np.allclose(found, 1 / (1 + np.exp(-np.array([[2.0, -1.0], [-2.0, -1.0]]))))


def test_nothing_is_certain() -> None:
    """A risk of exactly 0 or 1 leaves nothing to compare two candidates by."""
    assert fusion().probabilities(np.array([[0.0, 1e9]], np.float32))[0, 1] == SUREST


def test_a_fusion_comes_back_as_it_was_and_others_are_refused(tmp_path: Path) -> None:
    """Half precision or another file's arrays would go unnoticed until the first verdict."""
    fusion().save(tmp_path)
    back, x = load_fusion(tmp_path), np.random.default_rng(0).normal(0, 1, (20, 2)).astype(np.float32)
    assert np.array_equal(back.probabilities(x), fusion().probabilities(x)) and back.count == 2
    save_file({"slope": np.ones(2), "shift": np.zeros(2), "count": np.ones(1, np.int32)}, tmp_path / FILE)
    with pytest.raises(ValueError, match="does not hold a fusion"):
        load_fusion(tmp_path)
