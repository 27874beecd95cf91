"""What the networks do to held-out crops."""

from __future__ import annotations

import torch
from torch import Tensor

from experiments.training.holes.views import Views
from experiments.training.holes.watch import PIECE, Watch, measured
from operators.models.prior.pipeline import PriorInpaintPipeline


class PriorWatch(Watch[PriorInpaintPipeline]):
    """Measures a pipeline on the same crops every time."""

    option = "gain"

    def fill(self, pipeline: PriorInpaintPipeline, views: Views, seeds: list[torch.Generator],
             temperature: float) -> Tensor:
        """float32 (N, 3, S, S) of some views, a seed each."""
        return pipeline(views.base, views.hole > 0, views.known, seeds, temperature)

    def measure(self, pipeline: PriorInpaintPipeline) -> dict[str, float]:
        """psnr of base, oracle (the truth's own codes) and likeliest (temperature 0), with whole gain; ssim, drift and
        detail of base and likeliest; codes, the share of the code book that the oracle uses."""
        likeliest = self.expected(pipeline)
        reached, used = self.oracle(pipeline)
        oracle = measured(reached, self.views)
        return {"psnr_base": self.base.psnr, "psnr_oracle": oracle.psnr, "psnr_likeliest": likeliest.psnr,
                "ssim_base": self.base.ssim_outside, "ssim_likeliest": likeliest.ssim_outside,
                "drift_base": self.base.drift, "drift_likeliest": likeliest.drift, "detail_base": self.base.detail,
                "detail_likeliest": likeliest.detail, "codes": used}

    @torch.no_grad()
    def oracle(self, pipeline: PriorInpaintPipeline) -> tuple[Tensor, float]:
        """(float32 (N, 3, S, S) decoded from the truth's codes, share of the code book that these use)."""
        tokenizer, parts, used = pipeline.tokenizer, [], set[int]()
        for start in range(0, len(self.views.truth), PIECE):
            part = self.views.pick(slice(start, start + PIECE)).to(tokenizer.device.type)
            codes = tokenizer.encode(part.truth, part.base, part.hole, part.known)
            used |= set(tokenizer.fsq.indices(codes).flatten().tolist())
            residual = tokenizer.decode(codes, torch.zeros_like(codes), part.base, part.hole, part.known)
            parts.append((part.base + residual * part.hole).clamp(0, 1).float().cpu())
        return torch.cat(parts), len(used) / tokenizer.fsq.size
