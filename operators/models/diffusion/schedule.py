"""The noise schedule: cosine, rescaled to end without any signal, sampled from that end in trailing steps.

Lin et al., "Common diffusion noise schedules and sample steps are flawed", WACV 2024; Nichol & Dhariwal, ICML 2021.
Because the last step holds no signal, v there is minus the residual itself: the network's answer to it is the mean of
all fillings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor

if TYPE_CHECKING:
    from diffusers.schedulers.scheduling_ddim import DDIMScheduler

TIMESTEPS = 840  # divisible by 1 to 8, 10, 12, 14, 15, 20, 24, 30, ...: trailing steps of one length
LAST = TIMESTEPS - 1


def zero_snr_scheduler() -> DDIMScheduler:
    """A DDIM scheduler (Song et al., ICLR 2021) of v predictions."""
    from diffusers.schedulers.scheduling_ddim import DDIMScheduler

    return DDIMScheduler(num_train_timesteps=TIMESTEPS, beta_schedule="squaredcos_cap_v2", rescale_betas_zero_snr=True,
                         prediction_type="v_prediction", timestep_spacing="trailing", clip_sample=False)


def noised(clean: Tensor, noise: Tensor, signal: Tensor) -> Tensor:
    """sqrt(signal) clean + sqrt(1 - signal) noise. clean, noise: (N, C, H, W). signal: (N,), `alphas_cumprod`, 0..1."""
    share = signal.view(-1, 1, 1, 1)
    return share.sqrt() * clean + (1 - share).sqrt() * noise


def velocity(clean: Tensor, noise: Tensor, signal: Tensor) -> Tensor:
    """v = sqrt(signal) noise - sqrt(1 - signal) clean (Salimans & Ho, ICLR 2022). Shapes as in `noised`."""
    share = signal.view(-1, 1, 1, 1)
    return share.sqrt() * noise - (1 - share).sqrt() * clean


def min_snr_weight(signal: Tensor, most: float = 5.0) -> Tensor:
    """Weight of a squared error of v: min(SNR, most) / (SNR + 1), (N,) (Hang et al., ICCV 2023). 0 where there is no
    signal."""
    snr = signal / (1 - signal).clamp_min(1e-12)
    return snr.clamp_max(most) / (snr + 1)
