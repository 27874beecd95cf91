"""A stopped run goes on where it was."""

from pathlib import Path

import torch
from torch import nn

from experiments.training.average import Average
from experiments.training.checkpoint import Progress, load_checkpoint, save_checkpoint


def _parts() -> tuple[nn.Module, Average, torch.optim.Optimizer]:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2))
    return network, Average(network), torch.optim.AdamW(network.parameters(), lr=0.1)


def _step(network: nn.Module, average: Average, optimizer: torch.optim.Optimizer) -> None:
    optimizer.zero_grad()
    network(torch.ones(2, 1, 5, 5)).square().mean().backward()
    optimizer.step()
    average.update(network)


def test_resumed_steps_equal_undisturbed_ones(tmp_path: Path) -> None:
    """Optimizer moments or buffers that are left out of the checkpoint make the curve jump after a restart."""
    straight = _parts()
    _step(*straight)
    save_checkpoint(tmp_path, *straight, Progress(step=1, samples=2, seconds=3.0))
    _step(*straight)
    resumed = _parts()
    progress = load_checkpoint(tmp_path, *resumed)
    _step(*resumed)
    assert (progress.step, progress.samples, progress.seconds, progress.updates) == (1, 2, 3.0, 1)
    for name, tensor in straight[0].state_dict().items():
        assert torch.equal(tensor, resumed[0].state_dict()[name]), name
        assert torch.equal(straight[1].state[name], resumed[1].state[name]), name


def test_no_checkpoint_starts_from_nothing(tmp_path: Path) -> None:
    """The first start of a run has nothing to load."""
    assert load_checkpoint(tmp_path, *_parts()) == Progress()
