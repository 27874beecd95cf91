"""The loop that all trainings share, with a network of one weight."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from experiments.training import loop
from experiments.training.curves import Curves
from experiments.training.schedule import learning_rate
from experiments.training.trainer import Trainer
from experiments.training.weights import start_from, write_weights

COLUMNS = ("step", "samples", "seconds", "loss", "rate", "held_out")


class Line(Trainer[nn.Linear, Tensor]):
    """Learns to answer 0, and remembers the shares of the time it was asked at."""

    def __init__(self) -> None:
        super().__init__(nn.Linear(1, 1), 1e-2, "cpu")
        self.shares: list[float] = []

    def loss(self, batch: Tensor, share: float) -> tuple[Tensor, dict[str, float]]:
        self.shares.append(share)
        loss = self.network(batch).square().mean()
        return loss, {"loss": float(loss.detach()), "rate": self.optimizer.param_groups[0]["lr"]}


def trained(run: Path, seconds: float, curves: Curves) -> tuple[Line, int]:
    """(The trainer, steps in all) when the run's total time is over."""
    trainer = Line()
    progress = loop.train(trainer, lambda _: (torch.ones(3, 1), 3), run, seconds / 60, trainer.resume(run), curves)
    assert progress.samples == 3 * progress.step and progress.seconds >= seconds
    return trainer, progress.step


def test_a_run_goes_on_in_time_step_and_weights(tmp_path: Path) -> None:
    """A second start that trains the whole time again, from fresh weights, or at the first learning rates."""
    curves = Curves(tmp_path / "loss.csv", COLUMNS, header=False)
    first, steps = trained(tmp_path, 0.2, curves)
    second, more = trained(tmp_path, 0.4, curves)
    assert more > steps > 0 and len(second.shares) == more - steps
    assert first.shares[0] == 0 and second.shares[0] >= 0.5 and second.shares == sorted(second.shares)
    assert second.optimizer.param_groups[0]["lr"] == learning_rate(second.shares[-1], 1e-2)
    third, same = trained(tmp_path, 0.4, curves)
    assert same == more and torch.equal(third.network.weight, second.network.weight)
    assert torch.equal(third.average.state["weight"], second.average.state["weight"])


def test_checkpoints_are_written_on_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is killed after hours and has nothing."""
    monkeypatch.setattr(loop, "_CHECKPOINT_SECONDS", 0.0)
    trainer, kept = Line(), list[bool]()

    def supply(share: float) -> tuple[Tensor, int]:
        kept.append((tmp_path / "checkpoint.safetensors").is_file())
        return torch.ones(1, 1), 1

    loop.train(trainer, supply, tmp_path, 0.2 / 60, trainer.resume(tmp_path), Curves(tmp_path / "c.csv", COLUMNS))
    assert kept[:2] == [False, True]


def test_rows_and_looks_come_when_their_step_has(tmp_path: Path) -> None:
    """Held-out measures at every row cost more than the training; a rate of 8.13e-4 that is written as 0.0008."""
    curves = Curves(tmp_path / "loss.csv", COLUMNS, 2, lambda: {"held_out": 7.0}, 6)
    trainer = Line()
    progress = trainer.resume(tmp_path)
    for progress.step in range(1, 7):
        curves.add({"loss": float(progress.step), "rate": 8.126e-4})
        curves.follow(progress)
    rows = [line.split(",") for line in (tmp_path / "loss.csv").read_text().splitlines()]
    assert rows[0] == list(COLUMNS) and [row[0] for row in rows[1:]] == ["2", "4", "6"]
    assert [row[3] for row in rows[1:]] == ["1.5", "3.5", "5.5"] and rows[1][4] == "0.000813"
    assert [row[5] for row in rows[1:]] == ["", "", "7.0"]


def test_a_stage_lasts_until_its_share() -> None:
    """The last crops, the largest, never seen, or no stage at the end of the time."""
    stages = ((0.5, 64, 8), (1.01, 96, 4))
    assert [loop.stage(stages, share) for share in (0.0, 0.5, 1.0)] == [(64, 8), (96, 4), (96, 4)]


def test_exported_weights_are_the_average_and_start_a_network(tmp_path: Path) -> None:
    """The last weights instead of their average; weights of another network that load without a word."""
    trainer, _ = trained(tmp_path, 0.1, Curves(tmp_path / "loss.csv", COLUMNS))
    size = write_weights(tmp_path, tmp_path / "weights", {"widths": [1]})
    fresh = nn.Linear(1, 1)
    start_from(fresh, tmp_path / "weights")
    assert torch.equal(fresh.weight, trainer.average.state["weight"].half().float())
    assert size == (tmp_path / "weights" / "model.safetensors").stat().st_size
    assert '"minutes"' in (tmp_path / "weights" / "config.json").read_text()
    with pytest.raises(ValueError, match="another network"):
        start_from(nn.Sequential(nn.Linear(1, 1)), tmp_path / "weights" / "model.safetensors")
