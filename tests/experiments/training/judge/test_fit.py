"""Fitting the judge's trees."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from experiments.training.judge import fit as module
from experiments.training.judge.fit import CLEAN, as_arrays, cross_validated, fitted, load_boxes, mean_of
from operators.models.trees import load_trees

pytest.importorskip("sklearn", reason="the trees are fitted with scikit-learn (the demo extra)")


@pytest.fixture
def shards(tmp_path: Path) -> list[Path]:
    """Boxes of which the third number says what they are, in eight shards, two of them of clean photographs."""
    rng, paths = np.random.default_rng(0), []
    for index in range(8):
        labels = np.zeros(60, np.uint8) if index < 2 else (np.arange(60) % 2).astype(np.uint8)
        numbers = rng.normal(size=(60, 5)).astype(np.float32)
        numbers[:, 2] = labels * 2 + 0.1 * numbers[:, 2]
        paths.append(tmp_path / f"{'bare_' if index < 2 else 'view_'}{index}.safetensors")
        save_file({"numbers": numbers, "labels": labels}, paths[-1])
    return paths


def test_boxes_of_clean_photographs_weigh_more(shards: list[Path]) -> None:
    """The weight on the wrong shards would find less where it should touch less."""
    numbers, truth, weights = load_boxes(shards)
    assert numbers.shape == (480, 5) and truth.sum() == 180
    assert (weights[:120] == CLEAN).all() and (weights[120:] == 1).all()


def test_the_mean_of_fits_is_the_mean_of_their_scores(shards: list[Path], tmp_path: Path) -> None:
    """Children that point into another fit's nodes give scores of no tree at all."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    x, y, weights = load_boxes(shards)
    models = [HistGradientBoostingClassifier(max_iter=6, max_features=0.5, random_state=s).fit(x, y, weights)
              for s in range(3)]
    trees = mean_of([as_arrays(model) for model in models])
    trees.save(tmp_path / "trees.safetensors")
    expected = np.mean([model.decision_function(x) for model in models], 0)
    assert np.allclose(load_trees(tmp_path / "trees.safetensors").scores(x), expected, atol=1e-4)


def test_it_learns_and_is_judged_on_shards_left_out(shards: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures of shards that it was fitted to would promise too much."""
    monkeypatch.setattr(module, "SETTINGS", module.SETTINGS | {"max_iter": 10})
    x, y, weights = load_boxes(shards)
    scores = fitted(x, y, weights).scores(x)
    assert scores[y].min() > scores[~y].max()
    assert cross_validated(shards)["auc"] > 0.99


def test_boxes_of_the_same_views_stay_in_one_fold(shards: list[Path], tmp_path: Path,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    """The same views in another folder, seen by another segmenter, would be known by heart."""
    (tmp_path / "other").mkdir()
    twins = [tmp_path / "other" / path.name for path in shards]
    for path, twin in zip(shards, twins, strict=True):
        twin.write_bytes(path.read_bytes())
    monkeypatch.setattr(module, "SETTINGS", module.SETTINGS | {"max_iter": 2})
    asked: list[list[Path]] = []
    monkeypatch.setattr(module, "load_boxes", lambda paths: asked.append(paths) or load_boxes(paths))
    cross_validated([*shards, *twins])
    for unseen, seen in zip(asked[::2], asked[1::2], strict=True):
        assert not {path.name for path in unseen} & {path.name for path in seen}
        assert len(unseen) + len(seen) == 16
