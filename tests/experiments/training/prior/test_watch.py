"""The held-out measures."""

from __future__ import annotations

import numpy as np
import torch

from experiments.training.holes.watch import measured
from experiments.training.prior.watch import PriorWatch
from tests.experiments.training.prior.crops import crops
from tests.operators.models.prior.small import pipeline


def test_the_truth_measures_best_and_the_hole_alone_counts_for_psnr() -> None:
    """PSNR over the whole crop, which holes of different sizes make incomparable."""
    watch = PriorWatch(crops(4))
    views = watch.views
    noisy = views.base + 0.1 * (1 - views.hole)
    assert abs(measured(noisy, views).psnr - watch.base.psnr) < 1e-4
    assert np.isinf(measured(views.truth, views).psnr)
    assert measured(views.truth, views).ssim_outside > 0.9999 > watch.base.ssim_outside > watch.base.ssim
    assert watch.base.detail < -0.3  # a membrane has no detail


def test_a_gain_does_not_change_the_curves() -> None:
    """An embedded gain of zero that makes further training look useless."""
    watch, pipe = PriorWatch(crops(3)), pipeline(gain=0.0)
    measures = watch.measure(pipe)
    assert measures["psnr_likeliest"] != measures["psnr_base"] and pipe.config["gain"] == 0.0
    assert torch.equal(watch.filled(pipe, 0.0), watch.views.base) and 0 < measures["codes"] <= 1
