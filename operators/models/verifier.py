"""The seam verifier's network: a small residual CNN (He et al., CVPR 2016) that looks at a composite around its hole.

The outermost level works on 2x2 blocks (space to depth, Shi et al., CVPR 2016). What it found is pooled over the hole,
over its rim, over the ring around it and, as the strongest answer anywhere near, since a fault is often in one place.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from safetensors.torch import load_file
from torch import Tensor, nn

from operators.models.fold_norms import fold_norms
from operators.verify.planes import DISTANCE, HOLE, PLANES

WIDTHS, BLOCKS, HIDDEN = (24, 48, 72), (1, 2, 2), 96
ANSWERS = 6  # FAILURES and the risk
RIM, RING = 0.25, 0.75  # of the distance plane: 4 px on both sides of the edge, 12 px outside of it


class Block(nn.Module):
    """Two 3x3 convolutions with a residual link."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first, self.second = convolution(width, width), convolution(width, width)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(self.first(x))


class SeamNetwork(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """widths: channels at 1/2, 1/4, 1/8 of the resolution. blocks: of each. hidden: units before the answers."""

    @register_to_config
    def __init__(self, widths: Sequence[int] = WIDTHS, blocks: Sequence[int] = BLOCKS, hidden: int = HIDDEN) -> None:
        super().__init__()
        inside = (4 * PLANES, *widths[:-1])
        self.enter = nn.ModuleList(convolution(a, b, 1 if i == 0 else 2)
                                   for i, (a, b) in enumerate(zip(inside, widths, strict=True)))
        self.levels = nn.ModuleList(nn.Sequential(*(Block(w) for _ in range(n)))
                                    for w, n in zip(widths, blocks, strict=True))
        self.mix = nn.Linear(4 * sum(widths[1:]), hidden)
        self.answers = nn.Linear(hidden, ANSWERS)

    def forward(self, x: Tensor) -> Tensor:
        """x: float (N, PLANES, S, S) from `operators.verify.planes`, S a multiple of 8. Returns logits float32
        (N, ANSWERS): one each of FAILURES, then the risk."""
        hole, distance = x[:, HOLE : HOLE + 1].float(), x[:, DISTANCE : DISTANCE + 1]
        parts = [hole, (distance.abs() <= RIM).float(), ((distance > 0) & (distance <= RING)).float()]
        x, found = F.pixel_unshuffle(x, 2), []
        for index, (enter, level) in enumerate(zip(self.enter, self.levels, strict=True)):
            x = level(enter(x))
            if index:
                found.append(pooled(x.float(), parts))
        return self.answers(F.silu(self.mix(torch.cat(found, 1)))).float()


def pooled(x: Tensor, parts: Sequence[Tensor]) -> Tensor:
    """float32 (N, C, h, w), and P parts, (N, 1, S, S), 0 or 1 → (N, (P + 1) C): the mean over each part, and the
    largest in the first two."""
    shares = [F.avg_pool2d(part, part.shape[-1] // x.shape[-1]) for part in parts]
    means = [(x * share).sum((2, 3)) / share.sum((2, 3)).clamp_min(1e-3) for share in shares]
    near = (shares[0] + shares[1]).clamp_max(1)
    return torch.cat([*means, (x * near).amax((2, 3))], 1)


def convolution(inside: int, outside: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inside, outside, 3, stride, 1, bias=False), nn.BatchNorm2d(outside), nn.ReLU(True))


def load_network(folder: Path) -> SeamNetwork:
    """The network of a folder with config.json and model.safetensors, in eval mode, batch normalisation folded into
    the convolutions. Raises ValueError naming the tensors that do not fit."""
    network = SeamNetwork.from_config(SeamNetwork.load_config(folder))
    state = {name: tensor.float() for name, tensor in load_file(folder / "model.safetensors").items()}
    missing, unknown = network.load_state_dict(state, strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unknown:
        raise ValueError(f"{folder} does not hold a seam verifier: {len(missing)} tensors missing {missing[:3]}, "
                         f"{len(unknown)} unknown {unknown[:3]}")
    return fold_norms(network.eval())
