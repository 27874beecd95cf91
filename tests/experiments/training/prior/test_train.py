"""The two phases of training, and what is exported."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from experiments.training.checkpoint import Progress
from experiments.training.curves import Curves
from experiments.training.holes.gain import TRAINING
from experiments.training.holes.views import views_of
from experiments.training.prior import export as module
from experiments.training.prior.columns import COLUMNS
from experiments.training.prior.train import PriorTrainer, new_networks
from tests.experiments.training.prior.crops import crops
from tests.operators.models.prior.small import pipeline


def _trainer() -> PriorTrainer:
    networks = pipeline(random_outputs=False)
    return PriorTrainer(networks.tokenizer, networks.transformer, 1e-3, "cpu", tokenizer_share=0.5)


def test_first_the_tokenizer_then_both_without_the_encoder() -> None:
    """Codes that change their meaning under the transformer."""
    trainer, views = _trainer(), views_of(crops(4))
    before = {n: t.clone() for n, t in trainer.network.state_dict().items()}
    trainer.step(views, 0.2)
    changed = {n.split(".")[0] for n, t in trainer.network.state_dict().items() if not torch.equal(t, before[n])}
    assert changed == {"tokenizer"}
    trainer.step(views, 0.6)
    encoder = {n: t.clone() for n, t in trainer.tokenizer.encoder.state_dict().items()}
    assert all(torch.equal(t, trainer.average.state[f"tokenizer.encoder.{n}"]) for n, t in encoder.items())
    for _ in range(3):
        terms = trainer.step(views, 0.6)
    assert "entropy" in terms
    assert not torch.equal(trainer.transformer.logits.weight, before["transformer.logits.weight"])
    assert all(torch.equal(t, encoder[n]) for n, t in trainer.tokenizer.encoder.state_dict().items())


def test_a_run_resumes_where_it_was(tmp_path: Path) -> None:
    """Networks, averages or optimizer states that start anew."""
    one, views = _trainer(), views_of(crops(4))
    for share in (0.2, 0.6):
        one.step(views, share)
    one.save(tmp_path, Progress(2, 8, 3.0))
    two = _trainer()
    assert two.resume(tmp_path).step == 2
    for trainer in (one, two):
        trainer.random.manual_seed(2)
        trainer.step(views, 0.7)
    assert all(torch.allclose(a, b, atol=1e-6) for a, b in zip(
        one.network.state_dict().values(), two.network.state_dict().values(), strict=True))


def test_the_curves_have_one_header_and_no_holes_in_their_means(tmp_path: Path) -> None:
    """A resumed run whose columns shift, or a mean that a single nan spoils."""
    curves = Curves(tmp_path / "loss.csv", COLUMNS)
    curves.add({"oracle": 0.5})
    curves.add({"oracle": float("nan")})
    curves.write(Progress(1), {"psnr_base": 20.0})
    Curves(tmp_path / "loss.csv", COLUMNS).write(Progress(2))
    lines = (tmp_path / "loss.csv").read_text().splitlines()
    assert len(lines) == 3 and lines[0].startswith("step,samples") and ",0.5," in lines[1] and "20.0" in lines[1]


def test_the_export_takes_the_gain_that_measures_best(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An untrained prior that is shipped with its whole residual."""
    networks = pipeline()  # random outputs: every residual is harm
    trainer = PriorTrainer(networks.tokenizer, networks.transformer, 1e-3, "cpu")
    trainer.save(tmp_path, Progress(7, 56, 60.0))
    fresh = pipeline()
    monkeypatch.setattr(module, "ResidualTokenizer", lambda: fresh.tokenizer)
    monkeypatch.setattr(module, "PriorTransformer", lambda: fresh.transformer)
    psnr = module.export(tmp_path, tmp_path / "weights", crops(4))
    assert psnr[0.0] > psnr[1.0]
    tokenizer, transformer = new_networks(tmp_path / "weights")
    assert tokenizer.config["hidden"] == 16 and transformer.config["dim"] == 32
    index = json.loads((tmp_path / "weights" / "model_index.json").read_text())
    written = json.loads((tmp_path / "weights" / TRAINING).read_text())
    assert index["gain"] == 0.0 and written["steps"] == 7 and "_name_or_path" not in index
    assert np.isclose(written["psnr_by_gain"]["1.0"], psnr[1.0], atol=1e-3)
