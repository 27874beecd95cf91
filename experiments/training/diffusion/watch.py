"""What the network does to held-out crops."""

from __future__ import annotations

import torch
from torch import Tensor

from experiments.training.diffusion.loss import diffusion_loss, draw
from experiments.training.diffusion.rows import rows_of
from experiments.training.holes.crops import Holes
from experiments.training.holes.views import Views
from experiments.training.holes.watch import SEED, Watch, measured
from operators.models.diffusion.pipeline import ResidualInpaintPipeline


class DiffusionWatch(Watch[ResidualInpaintPipeline]):
    """Measures a pipeline on the same crops every time."""

    option = "mean_gain"

    def __init__(self, crops: Holes, steps: int = 8) -> None:
        super().__init__(crops)
        self.steps = steps

    def fill(self, pipeline: ResidualInpaintPipeline, views: Views, seeds: list[torch.Generator],
             temperature: float) -> Tensor:
        """float32 (N, 3, S, S) of some views, a seed each."""
        return pipeline(views.base, views.hole > 0, views.known, seeds, self.steps, temperature)

    def measure(self, pipeline: ResidualInpaintPipeline) -> dict[str, float]:
        """psnr of base, mean (temperature 0, whole gain) and sample; gradient, ssim and drift of the sample and the
        base; v_loss and mean_loss at fixed times and noise."""
        base, mean, sample = self.base, self.expected(pipeline), measured(self.filled(pipeline, 1.0), self.views)
        return {"psnr_base": base.psnr, "psnr_mean": mean.psnr, "psnr_sample": sample.psnr,
                "gradient_base": base.gradient, "gradient_mean": mean.gradient, "gradient_sample": sample.gradient,
                "ssim_base": base.ssim, "ssim_sample": sample.ssim, "drift_base": base.drift,
                "drift_sample": sample.drift} | self._losses(pipeline)

    @torch.no_grad()
    def _losses(self, pipeline: ResidualInpaintPipeline) -> dict[str, float]:
        network, size = pipeline.network, self.views.base.shape
        rows = rows_of(self.views.to(network.device.type), network.config["residual_scale"])
        drawn = draw(size[0], size[-1], torch.Generator().manual_seed(SEED))
        _, terms = diffusion_loss(network, rows, drawn, pipeline.scheduler.alphas_cumprod)
        return {"v_loss": terms["velocity"], "mean_loss": terms["mean"]}
