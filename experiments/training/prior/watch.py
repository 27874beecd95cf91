"""What the networks do to held-out crops: in the hole, and on its border."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from experiments.training.holes.crops import Holes
from experiments.training.prior.supply import Views, views_of
from operators.measures.seam import colour_drift, high_frequency_ratio, signed_distance
from operators.measures.structure import ssim
from operators.measures.truth import border_band, psnr_in_mask
from operators.models.prior.pipeline import PriorInpaintPipeline

_PIECE = 16  # crops at a time
SEED = 7


@dataclass(frozen=True)
class Fill:
    """Means over crops. psnr: dB in the hole. ssim: of the pixels outside within 4 px of its edge, whose windows reach
    in. drift: of colour across the edge, Lab. detail: log ratio of high frequencies inside and outside."""

    psnr: float
    ssim: float
    drift: float
    detail: float


class Watch:
    """Measures a pipeline on the same crops every time."""

    def __init__(self, crops: Holes) -> None:
        self.views = views_of(crops)
        self.base = measured(self.views.base, self.views)

    def measure(self, pipeline: PriorInpaintPipeline) -> dict[str, float]:
        """psnr of base, oracle (the truth's own codes) and likeliest (temperature 0), with whole gain; ssim, drift and
        detail of base and likeliest; codes, the share of the code book that the oracle uses."""
        gain = pipeline.config["gain"]
        pipeline.register_to_config(gain=1.0)
        likeliest = measured(self.filled(pipeline, 0.0), self.views)
        pipeline.register_to_config(gain=gain)
        reached, used = self.oracle(pipeline)
        oracle = measured(reached, self.views)
        return {"psnr_base": self.base.psnr, "psnr_oracle": oracle.psnr, "psnr_likeliest": likeliest.psnr,
                "ssim_base": self.base.ssim, "ssim_likeliest": likeliest.ssim, "drift_base": self.base.drift,
                "drift_likeliest": likeliest.drift, "detail_base": self.base.detail,
                "detail_likeliest": likeliest.detail, "codes": used}

    def filled(self, pipeline: PriorInpaintPipeline, temperature: float, chunks: int = 6) -> Tensor:
        """float32 (N, 3, S, S) on the CPU, seeds by the number of the crop."""
        parts = []
        for start in range(0, len(self.views.truth), _PIECE):
            part = self.views.pick(slice(start, start + _PIECE))
            seeds = [torch.Generator().manual_seed(SEED + start + k) for k in range(len(part.truth))]
            parts.append(pipeline(part.base, part.hole > 0, part.known, seeds, temperature, chunks).float().cpu())
        return torch.cat(parts)

    @torch.no_grad()
    def oracle(self, pipeline: PriorInpaintPipeline) -> tuple[Tensor, float]:
        """(float32 (N, 3, S, S) decoded from the truth's codes, share of the code book that these use)."""
        tokenizer, parts, used = pipeline.tokenizer, [], set[int]()
        for start in range(0, len(self.views.truth), _PIECE):
            part = self.views.pick(slice(start, start + _PIECE)).to(tokenizer.device.type)
            codes = tokenizer.encode(part.truth, part.base, part.hole, part.known)
            used |= set(tokenizer.fsq.indices(codes).flatten().tolist())
            residual = tokenizer.decode(codes, torch.zeros_like(codes), part.base, part.hole, part.known)
            parts.append((part.base + residual * part.hole).clamp(0, 1).float().cpu())
        return torch.cat(parts), len(used) / tokenizer.fsq.size


def measured(filled: Tensor, views: Views) -> Fill:
    """filled: float32 (N, 3, S, S), 0..1."""
    rows = []
    pictures = (x.permute(0, 2, 3, 1).contiguous().numpy() for x in (filled, views.truth, views.hole > 0))
    for one, truth, hole in zip(*pictures, strict=True):
        inside = hole[..., 0]
        distance = signed_distance(inside)
        rows.append((psnr_in_mask(one, truth, inside), ssim(one, truth, border_band(inside) & ~inside),
                     colour_drift(one, distance), high_frequency_ratio(one, distance)))
    return Fill(*np.mean(rows, 0).tolist())
