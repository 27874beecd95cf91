"""The region classifier: is this box overlay, and is it text? A small residual network with pooled heads.

It sees the box with its surroundings and what detector and segmenter made of them, so it can tell letters drawn on top
of a picture from those printed in its scene. He et al., CVPR 2016 (residual blocks).
"""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

from operators.models.segmenter import Block, fold_norms

EMBEDDED = "classifier"
WIDTHS = (24, 48, 80, 128)
HIDDEN = 96


class RegionClassifier(nn.Module):
    """channels: of the crops. features: numbers beside the crop. Two logits: overlay, text of any kind."""

    def __init__(self, channels: int, features: int, widths: tuple[int, ...] = WIDTHS) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(channels, widths[0], 3, 2, 1, bias=False), nn.BatchNorm2d(widths[0]),
                                  nn.ReLU(True))
        self.blocks = nn.ModuleList(Block(a, b, 2) for a, b in zip(widths, widths[1:], strict=False))
        self.hidden = nn.Linear(3 * widths[-1] + features, HIDDEN)
        self.drop = nn.Dropout(0.2)
        self.head = nn.Linear(HIDDEN, 2)

    def forward(self, planes: Tensor, features: Tensor) -> Tensor:
        """planes: float32 (N, C, H, W), 0..1, the last one the box. features: float32 (N, F). Logits (N, 2)."""
        x = self.stem(planes * 2 - 1)
        for block in self.blocks:
            x = block(x)
        box = F.adaptive_avg_pool2d(planes[:, -1:], x.shape[2:]) + 1e-3
        inside = (x * box).sum((2, 3)) / box.sum((2, 3))
        pooled = torch.cat([x.mean((2, 3)), inside, x.amax((2, 3)), features.to(x.dtype)], 1)
        return self.head(self.drop(F.relu(self.hidden(pooled))))


def load_classifier(path: Path) -> RegionClassifier:
    """The network with the weights of a safetensors file, in eval mode, normalisation folded into the convolutions.
    Raises ValueError naming the tensors that do not fit."""
    state = {name: tensor.float() for name, tensor in load_file(path).items()}
    if "stem.0.weight" not in state or "hidden.weight" not in state:
        raise ValueError(f"{path} does not hold a region classifier")
    channels = int(state["stem.0.weight"].shape[1])
    network = RegionClassifier(channels, int(state["hidden.weight"].shape[1]) - 3 * WIDTHS[-1])
    missing, unknown = network.load_state_dict(state, strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unknown:
        raise ValueError(f"{path} does not hold a region classifier: missing {missing[:3]}, unknown {unknown[:3]}")
    return fold_norms(network.eval())
