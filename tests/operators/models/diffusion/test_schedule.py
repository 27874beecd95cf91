"""The equations of the noise schedule, against the scheduler that samples with them."""

from __future__ import annotations

import pytest
import torch

from operators.models.diffusion.schedule import (
    LAST,
    TIMESTEPS,
    min_snr_weight,
    noised,
    velocity,
    zero_snr_scheduler,
)


def test_no_signal_is_left_at_the_end() -> None:
    """A last step that still holds signal: training would see the answer there, sampling from pure noise would not."""
    signal = zero_snr_scheduler().alphas_cumprod
    assert signal[-1] == 0 and signal[0] > 0.999 and len(signal) == TIMESTEPS
    assert (signal.diff() < 0).all()


@pytest.mark.parametrize("time", [0, 100, 420, 700, LAST])
def test_the_scheduler_reads_v_as_training_writes_it(time: int) -> None:
    """A sign or a square root that differs between the loss and the sampler."""
    scheduler = zero_snr_scheduler()
    scheduler.set_timesteps(8)
    clean, noise = torch.randn(2, 2, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    signal = scheduler.alphas_cumprod[torch.tensor([time, time])]
    x, v = noised(clean, noise, signal), velocity(clean, noise, signal)
    assert torch.allclose(scheduler.step(v, time, x, return_dict=False)[1], clean, atol=1e-4)


def test_v_at_the_end_is_minus_the_residual() -> None:
    """What temperature 0 rests on."""
    clean, noise = torch.randn(2, 1, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    assert torch.equal(velocity(clean, noise, torch.zeros(1)), -clean)
    assert torch.equal(noised(clean, noise, torch.zeros(1)), noise)


@pytest.mark.parametrize("steps", [1, 2, 5, 8, 20])
def test_steps_are_trailing_and_reach_the_clean_end(steps: int) -> None:
    """Leading steps never see pure noise; steps of uneven length leave noise in the result."""
    scheduler = zero_snr_scheduler()
    scheduler.set_timesteps(steps)
    times = scheduler.timesteps.tolist()
    assert len(times) == steps and times[0] == LAST
    clean, noise = torch.randn(2, 1, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    x = noise
    for time in times:
        v = velocity(clean, noise, scheduler.alphas_cumprod[[time]])
        x = scheduler.step(v, time, x, return_dict=False)[0]
    assert torch.allclose(x, clean, atol=1e-4)


def test_min_snr_bounds_the_easy_times_and_drops_the_last() -> None:
    """A weight without bound at the clean end makes training about nothing else."""
    weight = min_snr_weight(torch.tensor([0.0, 0.5, 5 / 6, 0.999]))
    assert torch.allclose(weight, torch.tensor([0.0, 0.5, 5 / 6, 0.005]), atol=1e-4)
