"""Weight files of a run: its averaged weights as fp16 safetensors, with a JSON of how they came about."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save_file
from torch import nn

from experiments.training.arguments import begun, export_arguments
from experiments.training.checkpoint import averaged_half
from operators.models.embedded import WEIGHTS


def write_weights(run: Path, folder: Path, config: dict[str, Any], note: str = "config.json",
                  left_out: tuple[str, ...] = ()) -> int:
    """Write model.safetensors, and the config with the run's samples, steps and minutes as `note`; returns the bytes of
    the weights. left_out: beginnings of names. Raises ValueError when half precision cannot hold the weights."""
    folder.mkdir(parents=True, exist_ok=True)
    state, trained = averaged_half(run, left_out)
    save_file(state, folder / WEIGHTS)
    (folder / note).write_text(json.dumps(config | trained, indent=2) + "\n")
    return (folder / WEIGHTS).stat().st_size


def export_command(doc: str | None, name: str, weights: str, export: Callable[[Path, Path], int]) -> None:
    """The command of an export that writes one weight file. name: the run in runs/. weights: the embedded weights' own
    name. export: (run, folder) → bytes written."""
    args = begun(export_arguments(doc, name, weights))
    print(f"{export(args.run, args.folder)} bytes in {args.folder}")


def start_from(network: nn.Module, path: Path) -> None:
    """Load a weight file, or that of a folder, which `write_weights` wrote. Raises ValueError when it is of another
    network."""
    state = {name: tensor.float() for name, tensor in load_file(path / WEIGHTS if path.is_dir() else path).items()}
    missing, unknown = network.load_state_dict(state, strict=False)
    if unknown or any(not name.endswith("num_batches_tracked") for name in missing):
        raise ValueError(f"{path} holds weights of another network: {missing[:3]} missing, {unknown[:3]} unknown")
