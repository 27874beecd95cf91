"""The residual diffusion inpainter in the manner of diffusers: network, scheduler and how they fill holes together."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from diffusers.schedulers.scheduling_ddim import DDIMScheduler
from torch import Tensor

from operators.models.diffusion.context import context_of, normalised, soft_mask
from operators.models.diffusion.network import ResidualUNet
from operators.models.diffusion.schedule import LAST
from operators.models.drawn_detail import drawn_detail, drawn_structure
from operators.models.folder_pipeline import FolderPipeline

# Chosen on calibrate, of cut-offs 2, 3, 4, 8 px, strengths 0.7 to 1.6 and 0 to 1.6 more deep in a hole: what costs
# least at 0.8 of the truth's gradients.
DETAIL_SIGMA, DETAIL_GAIN, STRUCTURE_GAIN, DEEPER = 2.0, 1.1, 0.75, 0.8


class ResidualInpaintPipeline(FolderPipeline):
    """Fills holes with base + residual. mean_gain: 0..1, by what the mean residual is multiplied; chosen on held-out
    photographs, 0 leaves the base as it is. detail_sigma, px, detail_gain and deeper: of the detail that is drawn
    (`drawn_detail`); a detail_gain of 0 gives whole samples instead. structure_gain: 0..1, share of a sample's
    structure that is drawn with its detail: without it, all fillings of a hole have the mean's, and there is little to
    choose."""

    network: ResidualUNet
    scheduler: DDIMScheduler

    def __init__(self, network: ResidualUNet, scheduler: DDIMScheduler, mean_gain: float = 1.0,
                 detail_sigma: float = DETAIL_SIGMA, detail_gain: float = DETAIL_GAIN,
                 structure_gain: float = STRUCTURE_GAIN, deeper: float = DEEPER) -> None:
        super().__init__()
        self.register_modules(network=network, scheduler=scheduler)
        self.register_to_config(mean_gain=mean_gain, detail_sigma=detail_sigma, detail_gain=detail_gain,
                                structure_gain=structure_gain, deeper=deeper)

    @torch.no_grad()
    def __call__(
        self, base: Tensor, hole: Tensor, known: Tensor, generator: torch.Generator | Sequence[torch.Generator],
        steps: int = 8, temperature: float = 1.0,
    ) -> Tensor:
        """One filling a view, float32 (N, 3, S, S), 0..1, equal to `base` outside the hole.

        base: float32 (N, 3, S, S), RGB 0..1. hole: bool (N, 1, S, S). known: float32 (N, 1, S, S), 0..1. generator: on
        the CPU, one for each view or one for all in their order; not used at temperature 0. steps: of denoising, at
        least 1. temperature: 0 gives the mean of all fillings (one step), 1 the mean with the detail of a sample,
        values between them that share of it. Raises ValueError for steps or a temperature out of range, or with another
        number of generators.
        """
        if steps < 1 or not 0 <= temperature <= 1:
            raise ValueError(f"steps {steps} must be at least 1, temperature {temperature} within 0..1")
        device = self.network.device
        base, hole, known = base.to(device), hole.to(device), known.to(device)
        context = context_of(base, hole)
        view, mask = normalised(base, context), soft_mask(hole, known)
        unit = context.contrast * self.network.config["residual_scale"]
        mean = sample = torch.zeros_like(base)
        if temperature < 1 or self.config["detail_gain"]:
            mean = unit * self._mean(view, mask)
        if temperature > 0:
            noise = _noise(base.shape, generator).to(device) * hole
            sample = unit * self._sample(noise, view, mask, hole, steps)
        filled = base + self._residual(base, mean, sample, hole, temperature)
        return torch.where(hole, filled.clamp(0, 1), base)

    def _residual(self, base: Tensor, mean: Tensor, sample: Tensor, hole: Tensor, temperature: float) -> Tensor:
        """mean, sample: float32 (N, 3, S, S), residuals in units of the picture."""
        weighed, gain = self.config["mean_gain"] * mean, self.config["detail_gain"]
        if temperature == 0:
            return weighed
        if not gain:
            return (1 - temperature) * weighed + temperature * sample
        filled, sigma = base + weighed, self.config["detail_sigma"]
        detail = drawn_detail(base, filled, filled + sample - mean, hole, sigma, gain, self.config["deeper"])
        structure = drawn_structure(mean, sample, hole, sigma)
        return weighed + temperature * (detail + self.config["structure_gain"] * structure)

    def _mean(self, view: Tensor, mask: Tensor) -> Tensor:
        """The expected residual: at the end of the schedule v is its negative, whatever the noise."""
        return -self._velocity(torch.zeros_like(view), view, mask, LAST)

    def _sample(self, noise: Tensor, view: Tensor, mask: Tensor, hole: Tensor, steps: int) -> Tensor:
        self.scheduler.set_timesteps(steps)
        x = noise
        for timestep in self.scheduler.timesteps.tolist():
            velocity = self._velocity(x, view, mask, timestep) * hole
            x = self.scheduler.step(velocity, timestep, x, return_dict=False)[0]
        return x

    def _velocity(self, noisy: Tensor, view: Tensor, mask: Tensor, timestep: int) -> Tensor:
        times = torch.full((len(view),), timestep, device=view.device)
        return self.network(noisy, view, mask, times).float()


def _noise(shape: torch.Size, generator: torch.Generator | Sequence[torch.Generator]) -> Tensor:
    """Standard normal float32, drawn on the CPU, so that it does not depend on the device."""
    if isinstance(generator, torch.Generator):
        generator = [generator] * shape[0]
    if len(generator) != shape[0]:
        raise ValueError(f"{len(generator)} generators for {shape[0]} views")
    return torch.stack([torch.randn(shape[1:], generator=one) for one in generator])
