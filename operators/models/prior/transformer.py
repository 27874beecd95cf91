"""The transformer that says which residual codes could stand in a hole."""

from __future__ import annotations

import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from operators.models.prior.attention import Layer, key_bias, rotations
from operators.models.prior.patches import PATCH, means, patches, tone

KNOWN, MASK, COMMITTED = 0, 1, 2  # states of a token


class PriorTransformer(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Masked token modelling (Chang et al., "MaskGIT", CVPR 2022) of residual codes, on un-quantised patches.

    dim, layers, heads: of the transformer. side: tokens along a view, which has 8 * side px. codes: size of the code
    book. code_dims: D.
    """

    @register_to_config
    def __init__(self, dim: int = 256, layers: int = 8, heads: int = 4, side: int = 16, codes: int = 1000,
                 code_dims: int = 4) -> None:
        super().__init__()
        self.pixels = nn.Linear(5 * PATCH**2 + 3, dim)
        self.code = nn.Linear(code_dims, dim, bias=False)
        self.state = nn.Embedding(3, dim)
        self.stack = nn.ModuleList(Layer(dim, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(dim)
        self.logits = nn.Linear(dim, codes)
        nn.init.zeros_(self.logits.weight)
        nn.init.zeros_(self.logits.bias)
        cos, sin = rotations(side, dim // heads)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)

    def forward(self, base: Tensor, hole: Tensor, known: Tensor, codes: Tensor, committed: Tensor) -> Tensor:
        """Logits float32 (N, T, codes) of every token; those of tokens without hole, or committed, mean nothing.

        base: (N, 3, S, S), RGB 0..1. hole, known: float32 (N, 1, S, S), 0..1. codes: (N, T, D), read where committed,
        bool (N, T). A token that is neither committed nor known in any part is heard by nobody.
        """
        needed = means(hole) > 0
        state = torch.where(needed, torch.where(committed, COMMITTED, MASK), KNOWN)
        x = self.pixels(_features(base, hole, known)) + self.state(state) + self.code(codes * committed[..., None])
        bias = key_bias(torch.where(committed, 1.0, means(known)))
        for layer in self.stack:
            x = layer(x, bias, self.cos, self.sin)
        return self.logits(self.norm(x)).float()


def _features(base: Tensor, hole: Tensor, known: Tensor) -> Tensor:
    """(N, T, 5 * 64 + 3): per token its mean colour, its pixels less that, hole and known."""
    colours = patches(tone(base, known).normalised(base)).unflatten(2, (3, -1))
    mean = colours.mean(3)
    return torch.cat([mean, 2 * (colours - mean[..., None]).flatten(2), patches(hole), patches(known)], 2)
