"""What the network does to held-out crops: in the hole, on its border, and against the harmonic fill."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from experiments.training.diffusion.loss import diffusion_loss, draw
from experiments.training.diffusion.rows import rows_of, tensors
from experiments.training.holes.crops import Holes
from operators.measures.seam import colour_drift, signed_distance
from operators.measures.structure import ssim
from operators.measures.truth import border_band, psnr_in_mask
from operators.models.diffusion.pipeline import ResidualInpaintPipeline

SEED = 7
_PIECE = 32  # crops at a time
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True)
class Fill:
    """Means over crops. psnr: dB in the hole. gradient: of luma in the hole, over the truth's. ssim: over 4 px on both
    sides of the edge. drift: Lab, across the edge."""

    psnr: float
    gradient: float
    ssim: float
    drift: float


class Watch:
    """Measures a pipeline on the same crops every time."""

    def __init__(self, crops: Holes, steps: int = 8) -> None:
        self.crops, self.steps = crops, steps
        self.truth, self.base, self.hole, self.known = tensors(crops)
        self.base_fill = measured(self.base, self.truth, self.hole)

    def filled(self, pipeline: ResidualInpaintPipeline, temperature: float, steps: int | None = None) -> Tensor:
        """float32 (N, 3, S, S) on the CPU, seeds by the number of the crop."""
        parts = []
        for start in range(0, len(self.base), _PIECE):
            part = slice(start, start + _PIECE)
            seeds = [torch.Generator().manual_seed(SEED + start + k) for k in range(len(self.base[part]))]
            parts.append(pipeline(self.base[part], self.hole[part], self.known[part], seeds, steps or self.steps,
                                  temperature).cpu())
        return torch.cat(parts)

    def measure(self, pipeline: ResidualInpaintPipeline) -> dict[str, float]:
        """psnr of base, mean (temperature 0, whole gain) and sample; gradient, ssim and drift of the sample and the
        base; v_loss and mean_loss at fixed times and noise."""
        gain = pipeline.config["mean_gain"]
        pipeline.register_to_config(mean_gain=1.0)
        mean = measured(self.filled(pipeline, 0.0), self.truth, self.hole)
        pipeline.register_to_config(mean_gain=gain)
        sample = measured(self.filled(pipeline, 1.0), self.truth, self.hole)
        return {"psnr_base": self.base_fill.psnr, "psnr_mean": mean.psnr, "psnr_sample": sample.psnr,
                "gradient_base": self.base_fill.gradient, "gradient_mean": mean.gradient,
                "gradient_sample": sample.gradient, "ssim_base": self.base_fill.ssim, "ssim_sample": sample.ssim,
                "drift_base": self.base_fill.drift, "drift_sample": sample.drift} | self._losses(pipeline)

    @torch.no_grad()
    def _losses(self, pipeline: ResidualInpaintPipeline) -> dict[str, float]:
        network = pipeline.network
        rows = rows_of(self.crops, network.config["residual_scale"], network.device.type)
        drawn = draw(len(self.base), self.base.shape[-1], torch.Generator().manual_seed(SEED))
        _, terms = diffusion_loss(network, rows, drawn, pipeline.scheduler.alphas_cumprod)
        return {"v_loss": terms["velocity"], "mean_loss": terms["mean"]}


def measured(filled: Tensor, truth: Tensor, hole: Tensor) -> Fill:
    """filled, truth: float32 (N, 3, S, S), 0..1. hole: bool (N, 1, S, S)."""
    rows, steep, true_steep = [], 0.0, 0.0
    for one, other, inside in zip(_pictures(filled), _pictures(truth), hole[:, 0].numpy(), strict=True):
        rows.append((psnr_in_mask(one, other, inside), ssim(one, other, border_band(inside)),
                     colour_drift(one, signed_distance(inside))))
        steep, true_steep = steep + _steepness(one, inside), true_steep + _steepness(other, inside)
    psnr, border, drift = np.mean(rows, 0).tolist()
    return Fill(psnr, steep / max(true_steep, 1e-9), border, drift)


def _pictures(batch: Tensor) -> np.ndarray:
    return batch.permute(0, 2, 3, 1).contiguous().numpy()


def _steepness(picture: np.ndarray, inside: np.ndarray) -> float:
    """Sum of the gradient of luma over the hole."""
    down, across = np.gradient(picture @ _LUMA)
    return float(np.hypot(down, across)[inside].sum())
