"""The text detector: a docTR detection network that gives one probability map.

Embedded weights: `weights/detector`. docTR's networks: https://github.com/mindee/doctr (Apache-2.0).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import nn

from operators.models.embedded import weights_config, weights_folder

EMBEDDED = "detector"
_TRAINING_ONLY = "thresh_head."


def build_detector(
    architecture: str, *, pretrained: bool = False, head_chans: int | None = None, classes: int = 1
) -> nn.Module:
    """A docTR detection network by name that returns `{"logits": (N, classes, H, W)}`, in eval mode.

    pretrained: docTR's own weights, downloaded on first use. head_chans: width of a DB head, docTR's default when None.
    classes: 2 for maps of overlay and of the scene's own text.
    Raises ValueError for a name that docTR does not know.
    """
    from doctr.models import detection

    constructor = getattr(detection, architecture, None) if architecture.islower() else None
    if not callable(constructor) or architecture == "detection_predictor":
        known = [n for n in dir(detection) if n.startswith(("db_", "fast_", "linknet_"))]
        raise ValueError(f"detect.model: docTR has no detection network {architecture!r}; it has {', '.join(known)}")
    extra: dict[str, Any] = {} if head_chans is None else {"head_chans": head_chans}
    if classes > 1:
        extra["class_names"] = [f"class {i}" for i in range(classes)]
    network = constructor(pretrained=pretrained, pretrained_backbone=False, exportable=True, **extra)
    return network.eval()


def load_weights(network: nn.Module, path: Path, *, spread: bool = False) -> None:
    """Load a safetensors file into the network, as float32. spread: weights for one class start all of them.

    A DB threshold branch may be missing: only training needs
    it. Raises ValueError naming the tensors that do not fit."""
    own = network.state_dict()
    state = {n: t.to(own[n].dtype) if n in own else t for n, t in load_file(path).items()}
    if spread:
        state = {n: _spread(t, own[n]) if n in own else t for n, t in state.items()}
    missing = [n for n in own if n not in state and not n.startswith(_TRAINING_ONLY) and "num_batches" not in n]
    wrong = [n for n, t in state.items() if n not in own or own[n].shape != t.shape]
    if missing or wrong:
        raise ValueError(f"{path} does not fit detect.model: {len(missing)} tensors missing {missing[:3]}, "
                         f"{len(wrong)} unknown or of another shape {wrong[:3]}")
    network.load_state_dict(state, strict=False)


def _spread(tensor: torch.Tensor, own: torch.Tensor) -> torch.Tensor:
    fits = tensor.ndim == own.ndim and all(a in (1, b) for a, b in zip(tensor.shape, own.shape, strict=True))
    return tensor.expand(own.shape).contiguous() if fits else tensor


def head_width(path: Path) -> int | None:
    """The head width that a DB weight file was trained with, or None for another family."""
    from safetensors import safe_open

    with safe_open(path, "pt") as file:
        name = "fpn.in_branches.0.0.weight"
        return int(file.get_slice(name).get_shape()[0]) if name in file.keys() else None  # noqa: SIM118


def embedded_folder() -> Path:
    """The folder of the embedded weights: model.safetensors, config.json and the model card."""
    return weights_folder(EMBEDDED)


def embedded_config() -> dict[str, Any]:
    """config.json of the embedded weights: architecture, head_chans, classes, shrink_ratio, mean, std."""
    return weights_config(EMBEDDED)


def normalised(rgb8: torch.Tensor, mean: tuple[float, ...], std: tuple[float, ...]) -> torch.Tensor:
    """(N, H, W, 3) uint8 → (N, 3, H, W) float32 in channels_last, (x / 255 - mean) / std, where they are."""
    x = rgb8.permute(0, 3, 1, 2).to(torch.float32) / 255
    shape = (1, 3, 1, 1)
    return ((x - x.new_tensor(mean).view(shape)) / x.new_tensor(std).view(shape)).contiguous(
        memory_format=torch.channels_last
    )
