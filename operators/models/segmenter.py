"""The overlay segmenter: a small U-Net that says how much of every pixel is overlay, and in which colour.

Inputs: RGB, the detector's probability and local contrast. The outermost level works on 2x2 blocks (space to depth,
Shi et al., CVPR 2016), so full resolution costs no convolution at full resolution. Ronneberger et al., MICCAI 2015.
"""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

from operators.measures.luma import WEIGHTS
from operators.models.fold_norms import fold_norms

EMBEDDED = "segmenter"
STRIDE = 32
CHANNELS = 5
WIDTHS = (24, 48, 96, 144, 192)
CONTRAST_SIDE = 15  # px of the window whose mean local contrast is measured against


class Block(nn.Module):
    """Two 3x3 convolutions with a residual link; the first may halve the resolution."""

    def __init__(self, inside: int, outside: int, stride: int = 1) -> None:
        super().__init__()
        self.first = _convolution(inside, outside, stride)
        self.second = _convolution(outside, outside)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        return x + self.second(x)


class Up(nn.Module):
    """Doubles the coarse features, adds the fine ones and mixes them."""

    def __init__(self, coarse: int, fine: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(coarse, fine, 1)
        self.mix = _convolution(fine, fine)

    def forward(self, coarse: Tensor, fine: Tensor) -> Tensor:
        x = fine + F.interpolate(self.squeeze(coarse), scale_factor=2.0, mode="nearest")
        return x + self.mix(x)


class OverlaySegmenter(nn.Module):
    """widths: channels at 1/2, 1/4, 1/8, 1/16 and 1/32 of the resolution."""

    def __init__(self, widths: tuple[int, ...] = WIDTHS) -> None:
        super().__init__()
        self.widths = tuple(widths)
        self.stem = _convolution(4 * CHANNELS, widths[0])
        self.down = nn.ModuleList(Block(a, b, 2) for a, b in zip(widths, widths[1:], strict=False))
        self.up = nn.ModuleList(Up(b, a) for a, b in reversed(list(zip(widths, widths[1:], strict=False))))
        self.head = nn.Conv2d(widths[0], 4 * 5, 3, padding=1)
        nn.init.zeros_(self.head.weight)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """x: float32 (N, 5, H, W) from `inputs`, H and W multiples of STRIDE.

        Returns logits of coverage (N, 1, H, W): is any of the pixel overlay; alpha (N, 1, H, W), 0..1, of covered
        pixels; colour (N, 3, H, W), RGB 0..1, of the overlay.
        """
        features = [self.stem(F.pixel_unshuffle(x, 2))]
        for block in self.down:
            features.append(block(features[-1]))
        y = features.pop()
        for block in self.up:
            y = block(y, features.pop())
        out = F.pixel_shuffle(self.head(y), 2)
        return out[:, :1], torch.sigmoid(out[:, 1:2]), torch.sigmoid(out[:, 2:])


def _convolution(inside: int, outside: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inside, outside, 3, stride, 1, bias=False), nn.BatchNorm2d(outside), nn.ReLU(True))


def inputs(rgb: Tensor, probability: Tensor) -> Tensor:
    """(N, 3, H, W) RGB 0..1 and (N, 1, H, W) probability 0..1, float32 → (N, 5, H, W), about zero mean.

    The fifth channel is local contrast: luma against its mean over CONTRAST_SIDE px.
    """
    weights = rgb.new_tensor(WEIGHTS).view(1, 3, 1, 1)
    luma = (rgb * weights).sum(1, keepdim=True)
    pad = CONTRAST_SIDE // 2
    padded = F.pad(luma, (pad,) * 4, mode="replicate")
    mean = F.avg_pool2d(F.avg_pool2d(padded, (1, CONTRAST_SIDE), 1), (CONTRAST_SIDE, 1), 1)
    return torch.cat([(rgb - 0.5) * 2, probability, (luma - mean) * 4], 1)


def load_segmenter(path: Path) -> OverlaySegmenter:
    """The network with the weights of a safetensors file, in eval mode, batch normalisation folded into the
    convolutions. Raises ValueError naming the tensors that do not fit."""
    state = {name: tensor.float() for name, tensor in load_file(path).items()}
    widths = tuple(int(state[name].shape[0]) for name in ("stem.0.weight", *_firsts(state)) if name in state)
    network = OverlaySegmenter(widths)
    missing, unknown = network.load_state_dict(state, strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unknown:
        raise ValueError(f"{path} does not hold an overlay segmenter: {len(missing)} tensors missing {missing[:3]}, "
                         f"{len(unknown)} unknown {unknown[:3]}")
    return fold_norms(network.eval())


def _firsts(state: dict[str, Tensor]) -> list[str]:
    return [f"down.{level}.first.0.weight" for level in range(sum(n.endswith("first.0.weight") for n in state))]
