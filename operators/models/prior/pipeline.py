"""The transformer prior in the manner of diffusers: tokenizer, transformer, and how they fill holes together."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from operators.models.folder_pipeline import FolderPipeline
from operators.models.prior import CHUNKS
from operators.models.prior.decoding import Codes, likeliest, sampled
from operators.models.prior.tokenizer import ResidualTokenizer
from operators.models.prior.transformer import PriorTransformer


class PriorInpaintPipeline(FolderPipeline):
    """Fills holes with base + gain * residual. gain: 0..1, chosen on held-out photographs; 0 leaves the base as it
    is."""

    tokenizer: ResidualTokenizer
    transformer: PriorTransformer

    def __init__(self, tokenizer: ResidualTokenizer, transformer: PriorTransformer, gain: float = 1.0) -> None:
        super().__init__()
        self.register_modules(tokenizer=tokenizer, transformer=transformer)
        self.register_to_config(gain=gain)

    @torch.no_grad()
    def __call__(self, base: Tensor, hole: Tensor, known: Tensor,
                 generator: torch.Generator | Sequence[torch.Generator] | None = None, temperature: float = 0.0,
                 chunks: int = CHUNKS) -> Tensor:
        """One filling a view, float32 (N, 3, S, S), 0..1, equal to `base` outside the hole.

        base: float32 (N, 3, S, S), RGB 0..1, a membrane in the hole. hole: bool (N, 1, S, S). known: float32
        (N, 1, S, S), 0..1. generator: on the CPU, one for each view; not used at temperature 0. temperature: 0 gives
        the expectation, in one pass; above, codes are drawn from the softmax of logits / temperature. chunks: passes in
        which they are drawn, at least 1. Raises ValueError for a temperature or chunks out of range, or when the
        generators are not one a view.
        """
        if chunks < 1 or temperature < 0:
            raise ValueError(f"chunks {chunks} must be at least 1, temperature {temperature} at least 0")
        device = self.transformer.device
        base, hole, known = base.to(device), hole.to(device), known.to(device)
        codes = self._codes(base, hole.float(), known, generator, temperature, chunks)
        residual = self.tokenizer.decode(codes.mean, codes.spread, base, hole.float(), known)
        return torch.where(hole, (base + self.config["gain"] * residual).clamp(0, 1), base)

    def _codes(self, base: Tensor, hole: Tensor, known: Tensor,
               generator: torch.Generator | Sequence[torch.Generator] | None, temperature: float, chunks: int) -> Codes:
        if temperature == 0:
            return likeliest(self.transformer, self.tokenizer.fsq, base, hole, known)
        generators = [generator] if isinstance(generator, torch.Generator) else list(generator or ())
        if len(generators) != len(base):
            raise ValueError(f"a temperature above 0 needs one generator a view: {len(generators)} for {len(base)}")
        return sampled(self.transformer, self.tokenizer.fsq, base, hole, known, generators, temperature, chunks)
