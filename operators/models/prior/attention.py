"""Attention that listens to a token as far as it is known.

softmax(s + log w) is proportional to w exp(s): an additive bias of the keys gates them, and a token that nothing is
known of is not heard at all.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

LEAST_SHARE = 1e-6
_SLOWEST = 0.01  # rotation per token of the slowest pair of channels, radians; the fastest turns 1


def key_bias(known: Tensor) -> Tensor:
    """(N, T), 0..1, share of each token that is known → (N, 1, 1, T), to add to the scores. Carries no gradient."""
    return known.detach().clamp_min(LEAST_SHARE).log()[:, None, None, :]


def rotations(side: int, channels: int) -> tuple[Tensor, Tensor]:
    """(cos, sin), float32 (side * side, channels / 2): rotary position embedding (Su et al., 2021) of a square grid,
    half of the pairs of channels for rows, half for columns."""
    count = channels // 4
    speed = _SLOWEST ** (torch.arange(count) / max(count - 1, 1))
    rows, columns = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    angles = torch.cat([rows.reshape(-1, 1) * speed, columns.reshape(-1, 1) * speed], 1)
    return angles.cos(), angles.sin()


def rotated(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """(N, heads, T, C) turned pair by pair; channel i pairs with i + C / 2."""
    one, two = x.chunk(2, -1)
    cos, sin = cos.to(x.dtype), sin.to(x.dtype)
    return torch.cat([one * cos - two * sin, two * cos + one * sin], -1)


class GatedAttention(nn.Module):
    """Self-attention over T tokens of width `dim`."""

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(dim, 3 * dim, bias=False)
        self.out = nn.Linear(dim, dim, bias=False)

    def forward(self, x: Tensor, bias: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """x: (N, T, dim). bias: (N, 1, 1, T) of `key_bias`. Queries are not gated."""
        q, k, v = (part.unflatten(2, (self.heads, -1)).transpose(1, 2) for part in self.qkv(x).chunk(3, -1))
        q, k = rotated(q, cos, sin), rotated(k, cos, sin)
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=bias.to(q.dtype))
        return self.out(mixed.transpose(1, 2).flatten(2))


class Layer(nn.Module):
    """Attention and a perceptron of four times the width, each after a layer norm, on residual links."""

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.before_attention, self.before_mlp = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.attention = GatedAttention(dim, heads)
        self.mlp = nn.Sequential(nn.Linear(dim, 4 * dim), nn.GELU(), nn.Linear(4 * dim, dim))

    def forward(self, x: Tensor, bias: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        x = x + self.attention(self.before_attention(x), bias, cos, sin)
        return x + self.mlp(self.before_mlp(x))
