"""The parts of the denoising U-Net."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

GROUPS = 8
_PERIODS = 1000.0  # ratio of the slowest to the fastest wave of the time features


def zeroed(layer: nn.Linear | nn.Conv2d) -> nn.Linear | nn.Conv2d:
    """The layer, its weights and bias set to zero."""
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)
    return layer


class Block(nn.Module):
    """Two 3x3 convolutions around one normalisation, which the time scales and shifts (FiLM, Perez et al., 2018), with
    a residual link. It starts as the identity."""

    def __init__(self, width: int, time_width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.norm = nn.GroupNorm(GROUPS, width)
        self.time = nn.Linear(time_width, 2 * width)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        zeroed(self.time)
        zeroed(self.second)

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        """x: (N, width, H, W). time: (N, time_width)."""
        scale, shift = self.time(time)[:, :, None, None].chunk(2, 1)
        return x + self.second(F.silu(self.norm(self.first(x)) * (1 + scale) + shift))


class Attention(nn.Module):
    """Self-attention over all positions, with a residual link: textures and lines are continued across the hole. It
    starts as the identity."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.GroupNorm(GROUPS, width)
        self.inputs = nn.Conv2d(width, 3 * width, 1)
        self.output = zeroed(nn.Conv2d(width, width, 1))

    def forward(self, x: Tensor) -> Tensor:
        count, width, height, length = x.shape
        parts = self.inputs(self.norm(x)).reshape(count, 3, self.heads, width // self.heads, height * length)
        query, key, value = parts.transpose(-1, -2).unbind(1)
        mixed = F.scaled_dot_product_attention(query, key, value)
        return x + self.output(mixed.transpose(-1, -2).reshape(count, width, height, length))


class Level(nn.Module):
    """The blocks of one resolution, with attention behind them or without."""

    def __init__(self, width: int, time_width: int, blocks: int, heads: int = 0) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(Block(width, time_width) for _ in range(blocks))
        self.attention = Attention(width, heads) if heads else nn.Identity()

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        for block in self.blocks:
            x = block(x, time)
        return self.attention(x)


class TimeFeatures(nn.Module):
    """Sines and cosines of the time (Vaswani et al., 2017), then two layers."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width
        self.layers = nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU())

    def forward(self, time: Tensor) -> Tensor:
        """time: float32 (N,), 0 (no noise) to 1 (nothing but noise) → (N, width)."""
        half = self.width // 2
        rates = torch.exp(torch.arange(half, device=time.device) * (-math.log(_PERIODS) / (half - 1)))
        angles = _PERIODS * time[:, None] * rates
        return self.layers(torch.cat([angles.sin(), angles.cos()], 1))
