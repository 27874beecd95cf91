"""From codes to pixels: a convolutional decoder that sees base and hole at every scale."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from operators.models.prior.patches import PATCH, Tone, image_of

GUIDE = 5  # channels: normalised base, hole, known


class Block(nn.Module):
    """Two 3x3 convolutions on a residual link, zero at first."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        nn.init.zeros_(self.second.weight)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(F.silu(self.first(F.silu(x))))


class ResidualDecoder(nn.Module):
    """code_dims: D of the codes. widths: channels at 1/8, 1/4 and 1/2 of the resolution. blocks: at each of them."""

    def __init__(self, code_dims: int, widths: Sequence[int], blocks: int) -> None:
        super().__init__()
        self.code = nn.Conv2d(2 * code_dims, widths[0], 1)
        self.strides = [PATCH >> level for level in range(len(widths))]
        self.guide = nn.ModuleList(nn.Conv2d(GUIDE * s * s, w, 1) for s, w in zip(self.strides, widths, strict=True))
        self.blocks = nn.ModuleList(nn.Sequential(*(Block(w) for _ in range(blocks))) for w in widths)
        self.up = nn.ModuleList(nn.Conv2d(a, 4 * b, 1) for a, b in zip(widths, widths[1:], strict=False))
        self.out = nn.Conv2d(widths[-1], 3 * self.strides[-1] ** 2, 3, padding=1)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)  # type: ignore[arg-type]

    def forward(self, codes: Tensor, spread: Tensor, base: Tensor, hole: Tensor, known: Tensor, tone: Tone) -> Tensor:
        """The residual, float32 (N, 3, H, W), of full scale; all zero until trained.

        codes, spread: (N, T, D), mean and standard deviation of the code, 0 for a code that is certain and for tokens
        that need none. base: (N, 3, H, W), RGB 0..1. hole, known: (N, 1, H, W), 0..1.
        """
        pixels = torch.cat([tone.normalised(base), hole, known], 1)
        x = self.code(image_of(torch.cat([codes, spread], 2)))
        for level, stride in enumerate(self.strides):
            if level:
                x = F.pixel_shuffle(self.up[level - 1](x), 2)
            x = self.blocks[level](x + self.guide[level](F.pixel_unshuffle(pixels, stride)))
        return F.pixel_shuffle(self.out(x), self.strides[-1]).float() * tone.scale
