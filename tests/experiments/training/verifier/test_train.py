"""The verifier's loss, its training from checkpoint to weights, and its calibration."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from experiments.training.verifier.calibration import calibration_error, reliability
from experiments.training.verifier.export import export
from experiments.training.verifier.fit import features_of, fitted
from experiments.training.verifier.tiles import save_tiles
from experiments.training.verifier.train import VerifierTrainer, train, verifier_loss
from experiments.training.weights import start_from
from operators.models.verifier import SeamNetwork, load_network
from operators.verify.features import ANSWERS, FEATURES
from operators.verify.planes import PLANES
from operators.verify.verifier import load_verifier
from tests.experiments.training.verifier.test_tiles import tiles


def test_the_right_answers_cost_least_and_unknown_ones_nothing() -> None:
    """nan in one answer of one tile would end the training."""
    answers = torch.tensor([[1.0, 0, 0, float("nan"), 0, 1], [0, 0, 1, 0, 0, 0]])
    right = 6 * (2 * answers.nan_to_num(0.5) - 1)
    best, terms = verifier_loss(right, answers)
    assert float(best) < 0.05 < float(verifier_loss(-right, answers)[0]) and set(terms) == {"loss", *ANSWERS}
    other = right.clone()
    other[0, 3] = 20.0
    assert float(verifier_loss(other, answers)[0]) == pytest.approx(float(best))


def test_training_resumes_and_its_weights_load(tmp_path: Path) -> None:
    """A run that starts over when it is called again; an export that the product cannot read."""
    folder, run, weights = tmp_path / "tiles", tmp_path / "run", tmp_path / "weights"
    folder.mkdir()
    save_tiles(folder / "a.safetensors", tiles())
    first = train(folder, run, 0.03, VerifierTrainer(), count=2)
    second = train(folder, run, 0.06, VerifierTrainer(), count=2)
    assert second.step > first.step > 0
    assert export(run, weights) == (weights / "model.safetensors").stat().st_size
    x = features_of(weights, tiles())
    assert x.shape == (5, len(FEATURES)) and np.isfinite(x).all() and x.dtype == np.float32
    start_from(SeamNetwork(), weights)
    with pytest.raises(ValueError, match="another network"):
        start_from(torch.nn.Linear(2, 2), weights)


def test_folded_weights_give_the_same_answers(tmp_path: Path) -> None:
    """Batch normalisation folded with the statistics of another layer."""
    network = SeamNetwork(widths=(8, 16, 24), blocks=(1, 1, 1), hidden=8)
    x = torch.rand(2, PLANES, 128, 128)
    x[:, 7] = (x[:, 7] > 0.5).float()
    for _ in range(3):
        network.train()(x)
    network.eval().half().float()
    network.save_config(tmp_path)
    from safetensors.torch import save_file

    save_file({n: t.half() for n, t in network.state_dict().items() if t.is_floating_point()},
              tmp_path / "model.safetensors")
    loaded = load_network(tmp_path)
    assert torch.allclose(loaded(x), network(x), atol=2e-3)
    save_file({"stray": torch.zeros(1)}, tmp_path / "model.safetensors")
    with pytest.raises(ValueError, match="does not hold a seam verifier"):
        load_network(tmp_path)


def test_the_fusion_learns_probabilities_not_sides() -> None:
    """A fit to rounded labels would call a share of 0.7 certain; one in which a photograph's scores come from trees
    that knew it would be too sure."""
    rng = np.random.default_rng(0)
    x = rng.normal(0, 1, (1200, 3)).astype(np.float32)
    share = 1 / (1 + np.exp(-1.5 * x[:, :1].astype(np.float64)))
    answers = np.repeat(share, 2, 1)
    answers[::3, 1] = np.nan
    fusion = fitted(x, answers, np.arange(1200) // 12)
    said = fusion.probabilities(x)
    assert np.abs(said - share).mean() < 0.08 and len(fusion.trees) == 2 and fusion.count == 3
    guess = fitted(x, np.repeat(rng.random((1200, 1)) < 0.3, 2, 1).astype(float), np.arange(1200) // 12)
    assert np.abs(guess.probabilities(x) - 0.3).mean() < 0.08


def test_calibration_error_is_the_distance_of_said_and_true() -> None:
    """An average over bins that does not weigh them, or one over differences with a sign."""
    said = np.concatenate([np.full(90, 0.25), np.full(10, 0.85)])
    true = np.concatenate([np.arange(90) < 9, np.arange(10) < 10])
    assert calibration_error(said, true) == pytest.approx(0.9 * 0.15 + 0.1 * 0.15)
    assert [(row.count, row.true) for row in reliability(said, true)] == [(90, 0.1), (10, 1.0)]
    exact = np.random.default_rng(0).random(20000)
    assert calibration_error(exact, np.random.default_rng(1).random(20000) < exact) < 0.02


def test_the_embedded_weights_are_of_this_version() -> None:
    """Features added without a new fit would be weighed by nothing."""
    assert (len(load_verifier().fusion.trees), load_verifier().fusion.count) == (len(ANSWERS), len(FEATURES))
