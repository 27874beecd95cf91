"""Boosted trees as arrays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from experiments.training.judge.fit import as_arrays
from operators.models.trees import load_trees


def test_arrays_answer_as_the_library_does(tmp_path: Path) -> None:
    """A shifted node number or a threshold taken the other way gives plausible, wrong confidences."""
    ensemble = pytest.importorskip("sklearn.ensemble", reason="scikit-learn fits the trees")
    rng = np.random.default_rng(0)
    x = rng.normal(size=(600, 7)).astype(np.float32)
    y = x[:, 0] * x[:, 3] + 0.3 * rng.normal(size=600) > 0.2
    model = ensemble.HistGradientBoostingClassifier(max_iter=30, max_leaf_nodes=9).fit(x, y)
    as_arrays(model).save(tmp_path / "trees.safetensors")
    assert np.allclose(load_trees(tmp_path / "trees.safetensors").scores(x), model.decision_function(x), atol=1e-4)


def test_another_file_is_refused(tmp_path: Path) -> None:
    """A network's weights given for trees would fail deep inside numpy."""
    save_file({"weight": np.zeros(3, np.float32)}, tmp_path / "net.safetensors")
    with pytest.raises(ValueError, match="does not hold boosted trees"):
        load_trees(tmp_path / "net.safetensors")
