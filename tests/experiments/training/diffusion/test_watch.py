"""The measures on held-out crops."""

from __future__ import annotations

import torch

from experiments.training.diffusion.watch import DiffusionWatch
from experiments.training.holes.views import views_of
from experiments.training.holes.watch import measured
from tests.experiments.training.diffusion.test_loss import holes
from tests.operators.models.diffusion.views import small_pipeline


def test_a_smooth_fill_and_a_noisy_one_are_told_apart() -> None:
    """A gradient ratio upside down would praise blur as texture."""
    views = views_of(holes())
    truth, base, hole = views.truth, views.base, views.hole
    noisy = truth + 0.3 * hole * torch.randn(truth.shape, generator=torch.Generator().manual_seed(0))
    perfect, smooth, rough = (measured(x, views) for x in (truth, base, noisy.clamp(0, 1)))
    assert smooth.gradient < 0.9 < 1.0 == perfect.gradient < 1.2 < rough.gradient
    assert perfect.psnr == float("inf") and perfect.ssim > 0.999 > smooth.ssim


def test_an_untrained_network_measures_as_the_base_at_temperature_0() -> None:
    """The gain of the pipeline, or a seed, in what is called the mean; or curves that move without training."""
    watch, pipeline = DiffusionWatch(holes(), steps=2), small_pipeline(trained=False, mean_gain=0.5)
    first, again = watch.measure(pipeline), watch.measure(pipeline)
    assert first == again and first["psnr_mean"] == first["psnr_base"]
    assert first["psnr_sample"] < first["psnr_base"] and pipeline.config["mean_gain"] == 0.5
