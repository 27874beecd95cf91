"""The transformer prior in the manner of diffusers: tokenizer, transformer, and how they fill holes together."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from operators.models.drawn_detail import drawn_detail
from operators.models.folder_pipeline import FolderPipeline
from operators.models.prior import CHUNKS
from operators.models.prior.decoding import Codes, likeliest, sampled
from operators.models.prior.tokenizer import ResidualTokenizer
from operators.models.prior.transformer import PriorTransformer

# Chosen on calibrate, of cut-offs 2, 3, 4, 8 px and strengths 0.7 to 1.6: as much detail as costs less than 0.8 dB
# against the harmonic fill on every class of holes; a lower cut-off costs more at the same gradients.
DETAIL_SIGMA, DETAIL_GAIN = 2.0, 1.4


class PriorInpaintPipeline(FolderPipeline):
    """Fills holes with base + gain * residual. gain: 0..1, chosen on held-out photographs; 0 leaves the base as it
    is. detail_sigma, px, and detail_gain: of the detail that is drawn (`drawn_detail`); a detail_gain of 0 gives whole
    samples instead."""

    tokenizer: ResidualTokenizer
    transformer: PriorTransformer

    def __init__(self, tokenizer: ResidualTokenizer, transformer: PriorTransformer, gain: float = 1.0,
                 detail_sigma: float = DETAIL_SIGMA, detail_gain: float = DETAIL_GAIN) -> None:
        super().__init__()
        self.register_modules(tokenizer=tokenizer, transformer=transformer)
        self.register_to_config(gain=gain, detail_sigma=detail_sigma, detail_gain=detail_gain)

    @torch.no_grad()
    def __call__(self, base: Tensor, hole: Tensor, known: Tensor,
                 generator: torch.Generator | Sequence[torch.Generator] | None = None, temperature: float = 0.0,
                 chunks: int = CHUNKS) -> Tensor:
        """One filling a view, float32 (N, 3, S, S), 0..1, equal to `base` outside the hole.

        base: float32 (N, 3, S, S), RGB 0..1, a membrane in the hole. hole: bool (N, 1, S, S). known: float32
        (N, 1, S, S), 0..1. generator: on the CPU, one for each view; not used at temperature 0. temperature: 0 gives
        the expectation, in one pass; above, codes are drawn from the softmax of logits / temperature, and temperature
        (at most 1) times the detail of that sample is added to the expectation. chunks: passes in which codes are
        drawn, at least 1. Raises ValueError for a temperature or chunks out of range, or when the generators are not
        one a view.
        """
        if chunks < 1 or temperature < 0:
            raise ValueError(f"chunks {chunks} must be at least 1, temperature {temperature} at least 0")
        device = self.transformer.device
        base, hole, known = base.to(device), hole.to(device), known.to(device)
        if temperature == 0 or not self.config["detail_gain"]:
            return self._filled(base, hole, known, self._codes(base, hole, known, generator, temperature, chunks))
        mean = self._filled(base, hole, known, self._codes(base, hole, known, None, 0.0, chunks))
        sample = self._filled(base, hole, known, self._codes(base, hole, known, generator, temperature, chunks))
        detail = drawn_detail(base, mean, sample, hole, self.config["detail_sigma"], self.config["detail_gain"])
        return torch.where(hole, (mean + min(temperature, 1.0) * detail).clamp(0, 1), base)

    def _filled(self, base: Tensor, hole: Tensor, known: Tensor, codes: Codes) -> Tensor:
        residual = self.tokenizer.decode(codes.mean, codes.spread, base, hole.float(), known)
        return torch.where(hole, (base + self.config["gain"] * residual).clamp(0, 1), base)

    def _codes(self, base: Tensor, hole: Tensor, known: Tensor,
               generator: torch.Generator | Sequence[torch.Generator] | None, temperature: float, chunks: int) -> Codes:
        if temperature == 0:
            return likeliest(self.transformer, self.tokenizer.fsq, base, hole.float(), known)
        generators = [generator] if isinstance(generator, torch.Generator) else list(generator or ())
        if len(generators) != len(base):
            raise ValueError(f"a temperature above 0 needs one generator a view: {len(generators)} for {len(base)}")
        return sampled(self.transformer, self.tokenizer.fsq, base, hole.float(), known, generators, temperature, chunks)
