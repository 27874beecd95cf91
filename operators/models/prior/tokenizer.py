"""The residual tokenizer: what the harmonic base lacks, as one code per 8x8 pixels."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from operators.models.prior.decoder import ResidualDecoder
from operators.models.prior.fsq import FSQ
from operators.models.prior.patches import PATCH, means, patches, tone


class ResidualTokenizer(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """A patch-wise encoder, finite scalar quantisation, and a decoder that sees base and hole.

    The encoder sees one patch at a time and has no normalisation, so that nothing leaks from one token to another.
    levels: of the quantisation. hidden: width of the encoder. widths, blocks: of the decoder.
    """

    @register_to_config
    def __init__(self, levels: Sequence[int] = (8, 5, 5, 5), hidden: int = 256,
                 widths: Sequence[int] = (128, 64, 32), blocks: int = 2) -> None:
        super().__init__()
        self.fsq = FSQ(levels)
        self.encoder = nn.Sequential(
            nn.Linear(4 * PATCH**2, hidden), nn.GELU(), nn.Linear(hidden, hidden), nn.GELU(),
            nn.Linear(hidden, len(self.fsq.levels)),
        )
        self.decoder = ResidualDecoder(len(self.fsq.levels), widths, blocks)

    def encode(self, truth: Tensor, base: Tensor, hole: Tensor, known: Tensor) -> Tensor:
        """Codes float32 (N, T, D) of truth - base in the hole; 0 for tokens without hole.

        truth, base: (N, 3, H, W), RGB 0..1. hole, known: (N, 1, H, W), 0..1. H, W: multiples of 8.
        """
        residual = (truth - base) * hole / tone(base, known).scale
        z = self.encoder(torch.cat([patches(2 * residual), patches(hole)], 2))
        return self.fsq.quantise(z.float()) * (means(hole) > 0)[..., None]

    def decode(self, codes: Tensor, spread: Tensor, base: Tensor, hole: Tensor, known: Tensor) -> Tensor:
        """The residual, float32 (N, 3, H, W); see `ResidualDecoder.forward`. Zero until trained."""
        return self.decoder(codes, spread, base, hole, known, tone(base, known))
