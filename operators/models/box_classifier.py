"""The box classifier: a small residual CNN (He et al., CVPR 2016) that looks at one box and says whether what is in it
was drawn on top of the picture.

It is to the boxes of detector and segmenter what the second stage is in two-stage detectors (Ren et al., NeurIPS 2015).
"""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from operators.models.fold_norms import fold_norms

WIDTHS = (24, 48, 96, 128)


class Block(nn.Module):
    """Two 3x3 convolutions with a residual link, the first of which halves the resolution."""

    def __init__(self, inside: int, outside: int) -> None:
        super().__init__()
        self.first, self.second = _convolution(inside, outside, 2), _convolution(outside, outside, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        return x + self.second(x)


class BoxClassifier(nn.Module):
    """widths: channels at 1/2, 1/4, 1/8 and 1/16 of the resolution."""

    def __init__(self, widths: tuple[int, ...] = WIDTHS) -> None:
        super().__init__()
        self.blocks = nn.Sequential(*(Block(a, b) for a, b in zip((3, *widths), widths, strict=False)))
        self.drop = nn.Dropout(0.3)
        self.answer = nn.Linear(2 * widths[-1], 1)

    def forward(self, x: Tensor) -> Tensor:
        """x: float (N, 3, H, W), -1..1, from `pixels`. Returns logits float32 (N,) of overlay."""
        y = self.blocks(x)
        pooled = torch.cat([y.mean((2, 3)), y.amax((2, 3))], 1).float()
        return self.answer(self.drop(pooled))[:, 0]


def pixels(views: Tensor) -> Tensor:
    """uint8 (N, H, W, 3) RGB as float32 (N, 3, H, W), -1..1, channels last."""
    return (views.permute(0, 3, 1, 2).float() / 127.5 - 1).contiguous(memory_format=torch.channels_last)


def load_box_classifier(path: Path) -> BoxClassifier:
    """The network with the weights of a safetensors file, in eval mode, batch normalisation folded into the
    convolutions. Raises ValueError when the file holds another network's."""
    state = {name: tensor.float() for name, tensor in load_file(path).items()}
    network = BoxClassifier()
    missing, unknown = network.load_state_dict(state, strict=False)
    if unknown or any(not name.endswith("num_batches_tracked") for name in missing):
        raise ValueError(f"{path} holds no box classifier: {missing[:3]} missing, {unknown[:3]} unknown")
    return fold_norms(network.eval()).to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def _convolution(inside: int, outside: int, stride: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inside, outside, 3, stride, 1, bias=False), nn.BatchNorm2d(outside), nn.ReLU(True))
