"""Training from shards to a folder of weights, with a network small enough for a test."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import torch

from experiments.training.checkpoint import Progress
from experiments.training.diffusion.columns import COLUMNS
from experiments.training.diffusion.export import export
from experiments.training.diffusion.train import DiffusionTrainer, crop_size, new_network, train
from experiments.training.diffusion.watch import DiffusionWatch
from experiments.training.holes.crops import cut_hole
from experiments.training.holes.gain import GAINS
from experiments.training.holes.pace import Pace
from experiments.training.holes.source import FedViews
from experiments.training.holes.views import views_of
from experiments.training.views.feed import Feed
from experiments.training.views.view import View, save_views
from operators.fill.diffusion import load_diffusion
from tests.experiments.training.diffusion.test_loss import holes
from tests.operators.models.diffusion.views import SIDE, small_network
from tests.operators.overlaid import captioned


def _shard(folder: Path) -> None:
    case = captioned()
    plain = np.zeros(case.alpha.shape, np.uint8)
    part = np.s_[400:500, 40:200]
    view = View(case.image[part], case.photo[part], np.rint(case.alpha * 255).astype(np.uint8)[part],
                case.image[part], plain[part], np.array([[[20, 25], [150, 25], [150, 65], [20, 65]]], np.float32),
                np.zeros((0, 4, 2), np.float32))
    folder.mkdir()
    save_views(folder / "00_00000.safetensors", [view])


@pytest.mark.parametrize(("share", "side", "expected"), [(0.0, 96, (64, 16)), (0.9, 96, (96, 7)), (0.9, 32, (32, 16))])
def test_crops_grow_to_the_side_of_the_views(share: float, side: int, expected: tuple[int, int]) -> None:
    """A network that never saw views of the size it will fill."""
    assert crop_size(share, side, 16) == expected


def test_training_lowers_the_error_of_the_mean() -> None:
    """A gradient that never reaches the weights, or that moves them the wrong way."""
    torch.manual_seed(0)
    trainer, crops = DiffusionTrainer(small_network(trained=False), 5e-3, "cpu"), views_of(holes())
    terms = [trainer.step(crops, 0.1)["mean"] for _ in range(30)]
    assert np.mean(terms[-5:]) < 0.7 * np.mean(terms[:5])


def test_a_stopped_run_goes_on_and_becomes_weights(tmp_path: Path) -> None:
    """A resume that starts again, curves without the held-out crops, or weights the generator cannot load."""
    _shard(tmp_path / "views")
    run, watch, progress = tmp_path / "run", DiffusionWatch(holes(), steps=2), Progress()
    run.mkdir()
    for _ in range(2):
        trainer = DiffusionTrainer(small_network(trained=False), 1e-3, "cpu")
        trainer.network.save_config(run)
        pace = Pace((progress.seconds + 0.3) / 60, 4, 10**6)
        progress = train(lambda step: FedViews(Feed(tmp_path / "views", step, cut_hole)), run, pace, trainer, watch)
    with (run / "loss.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["psnr_mean"]]
    assert len(rows) == 2 and int(rows[0]["step"]) < int(rows[1]["step"]) == progress.step
    assert progress.samples == 4 * progress.step and set(rows[0]) == set(COLUMNS) and all(rows[1].values())
    found = export(run, tmp_path / "weights", watch)
    generator = load_diffusion(str(tmp_path / "weights"))
    assert found[generator.pipeline.config["mean_gain"]] == max(found.values()) >= found[0.0]
    assert set(found) == set(GAINS) and generator.side == SIDE
    again = new_network(SIDE, tmp_path / "weights")
    assert torch.equal(again.head.weight.half(), trainer.average.state["head.weight"].half())


def test_a_network_that_does_harm_gets_no_gain(tmp_path: Path) -> None:
    """Temperature 0 must never be worse than the harmonic fill it stands on."""
    trainer = DiffusionTrainer(small_network(), 1e-3, "cpu")
    trainer.network.save_config(tmp_path)
    trainer.save(tmp_path, Progress())
    export(tmp_path, tmp_path / "weights", DiffusionWatch(holes()))
    assert load_diffusion(str(tmp_path / "weights")).pipeline.config["mean_gain"] == 0.0
