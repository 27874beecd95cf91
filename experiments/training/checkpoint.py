"""Checkpoints of a training run: tensors as safetensors, numbers as JSON, each replaced in one rename."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from experiments.training.average import Average


@dataclass
class Progress:
    """seconds: time trained so far, over all starts. samples: crops seen."""

    step: int = 0
    samples: int = 0
    seconds: float = 0.0
    updates: int = 0


def save_checkpoint(folder: Path, network: nn.Module, average: Average, optimizer: torch.optim.Optimizer,
                    progress: Progress) -> None:
    """Write model, average, optimizer state and progress as one consistent file."""
    tensors = {f"model.{n}": t for n, t in network.state_dict().items()}
    tensors |= {f"average.{n}": t for n, t in average.state.items()}
    for index, values in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{n}": torch.as_tensor(v) for n, v in values.items()}
    progress.updates = average.updates
    partial = folder / "checkpoint.partial"
    save_file({n: t.detach().contiguous().clone() for n, t in tensors.items()}, partial,
              metadata={"progress": json.dumps(asdict(progress))})
    partial.replace(folder / "checkpoint.safetensors")


def load_checkpoint(folder: Path, network: nn.Module, average: Average, optimizer: torch.optim.Optimizer) -> Progress:
    """Put the checkpoint of the run back; a fresh Progress when there is none."""
    from safetensors import safe_open

    path = folder / "checkpoint.safetensors"
    if not path.is_file():
        return Progress()
    tensors = load_file(path)
    with safe_open(path, "pt") as file:
        progress = Progress(**json.loads(file.metadata()["progress"]))
    network.load_state_dict(_below(tensors, "model."))
    average.state, average.updates = _below(tensors, "average."), progress.updates
    state: dict[int, dict[str, torch.Tensor]] = {}
    for name, tensor in _below(tensors, "optimizer.").items():
        index, _, key = name.partition(".")
        state.setdefault(int(index), {})[key] = tensor
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
    return progress


def averaged_half(folder: Path, left_out: tuple[str, ...] = ()) -> tuple[dict[str, torch.Tensor], dict[str, float]]:
    """The averaged weights of a run in half precision, without those whose name begins with one of `left_out` and
    without counters; and the run's samples, steps and minutes. Raises ValueError when half precision cannot hold
    them."""
    from safetensors import safe_open

    path = folder / "checkpoint.safetensors"
    with safe_open(path, "pt") as file:
        progress = Progress(**json.loads(file.metadata()["progress"]))
    averages = _below(load_file(path), "average.")
    state = {n: t.half() for n, t in averages.items() if t.is_floating_point() and not n.startswith(left_out)}
    if not all(bool(torch.isfinite(t).all()) for t in state.values()):
        raise ValueError(f"{folder}: the averaged weights are not finite in half precision")
    return state, {"samples": progress.samples, "steps": progress.step, "minutes": round(progress.seconds / 60, 1)}


def _below(tensors: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {n.removeprefix(prefix): t for n, t in tensors.items() if n.startswith(prefix)}
