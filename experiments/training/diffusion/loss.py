"""The loss of the diffusion network: v over all times, weighed by min-SNR-5, and the mean at the last."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from experiments.training.diffusion.rows import Rows
from operators.models.diffusion.schedule import LAST, min_snr_weight, noised, velocity

# Of the rows: trained at the last time, which min-SNR gives no weight and on which a whole sample and temperature 0
# rest. Every other one of them without noise, as temperature 0 asks.
MEAN_SHARE = 0.25


@dataclass(frozen=True)
class Draw:
    """Times int64 (N,) and noise float32 (N, 3, S, S) of a batch."""

    times: Tensor
    noise: Tensor


def draw(count: int, side: int, generator: torch.Generator) -> Draw:
    """Times and noise for a batch, where the generator is; the times of the rows that are no means are spread
    evenly."""
    last, device = round(count * MEAN_SHARE), generator.device
    toss = torch.rand(count - last, generator=generator, device=device)
    spread = (torch.arange(count - last, device=device) + toss) / max(count - last, 1)
    times = torch.cat([torch.full((last,), LAST, device=device), (spread * LAST).long().clamp_max(LAST - 1)])
    noise = torch.randn(count, 3, side, side, generator=generator, device=device)
    noise[:last:2] = 0
    return Draw(times, noise)


def diffusion_loss(network: nn.Module, rows: Rows, drawn: Draw, signal: Tensor) -> tuple[Tensor, dict[str, float]]:
    """(the loss, its terms: squared errors of v per hole pixel and channel, weighed; `mean` of the rows at the last
    time, where 1 is a network that predicts nothing of unit variance, `velocity` of the others).

    signal: float32 (TIMESTEPS,), the schedule's `alphas_cumprod`.
    """
    device = rows.residual.device
    times, noise = drawn.times.to(device), drawn.noise.to(device) * rows.hole
    share = signal.to(device)[times]
    predicted = network(noised(rows.residual, noise, share), rows.view, rows.mask, times).float()
    error = (predicted - velocity(rows.residual, noise, share)).square() * rows.hole
    last = times == LAST
    weight = torch.where(last, torch.ones_like(share), min_snr_weight(share))
    sums, pixels = error.sum((1, 2, 3)) * weight, 3.0 * rows.hole.sum((1, 2, 3))
    terms = {"velocity": _ratio(sums, pixels, ~last), "mean": _ratio(sums, pixels, last)}
    return sums.sum() / pixels.sum(), terms


def _ratio(sums: Tensor, pixels: Tensor, chosen: Tensor) -> float:
    return float((sums[chosen].sum() / pixels[chosen].sum().clamp_min(1)).detach())
