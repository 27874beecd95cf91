"""The residual diffusion pipeline, on pieces of a photograph."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from operators.models.diffusion.context import context_of
from operators.models.diffusion.network import ResidualUNet
from operators.models.diffusion.pipeline import (
    DEEPER,
    DETAIL_GAIN,
    DETAIL_SIGMA,
    STRUCTURE_GAIN,
    ResidualInpaintPipeline,
)
from operators.models.diffusion.schedule import LAST, zero_snr_scheduler
from operators.models.drawn_detail import detail_of
from operators.models.embedded import weights_folder
from tests.operators.models.diffusion.views import fill_view, seeded, small_pipeline, view_tensors


def _times(pipeline: ResidualInpaintPipeline, steps: int, temperature: float) -> list[int]:
    """The times at which the network is asked."""
    asked: list[int] = []

    def note(_: Any, inputs: tuple[Any, ...]) -> None:
        asked.append(int(inputs[3][0]))

    hook = pipeline.network.register_forward_pre_hook(note)
    pipeline(*view_tensors(fill_view(40, 180)), seeded(0), steps, temperature)
    hook.remove()
    return asked


def test_an_untrained_network_leaves_the_base() -> None:
    """A head that does not start at zero, or a composite that rounds: nothing learned must change nothing."""
    base, hole, known = view_tensors(fill_view(40, 180))
    assert torch.equal(small_pipeline(trained=False)(base, hole, known, seeded(0), temperature=0.0), base)


@pytest.mark.parametrize("temperature", [0.0, 0.5, 1.0])
def test_nothing_changes_outside_the_hole(temperature: float) -> None:
    """A residual or a clamp that reaches pixels that are known."""
    base, hole, known = view_tensors(fill_view(40, 180))
    filled = small_pipeline()(base, hole, known, seeded(0), 3, temperature)
    assert torch.equal(filled[~hole.expand_as(base)], base[~hole.expand_as(base)])
    assert (filled - base)[hole.expand_as(base)].abs().mean() > 1e-3
    assert filled.min() >= 0 and filled.max() <= 1


def test_the_seed_decides_a_sample_and_nothing_at_temperature_0() -> None:
    """Noise from the global generator, or noise in what is called the likeliest filling."""
    view, pipeline = view_tensors(fill_view(40, 180)), small_pipeline()
    first, again, other = (pipeline(*view, seeded(seed), 2, 1.0) for seed in (5, 5, 6))
    assert torch.equal(first, again) and not torch.equal(first, other)
    assert torch.equal(pipeline(*view, seeded(5), 2, 0.0), pipeline(*view, seeded(6), 2, 0.0))


def test_steps_are_honoured() -> None:
    """A scheduler that keeps the steps of an earlier call, or a first step that is not the last time."""
    pipeline = small_pipeline()
    assert _times(pipeline, 4, 1.0) == [LAST, 629, 419, 209]
    assert _times(pipeline, 2, 1.0) == [LAST, 419]
    assert _times(pipeline, 8, 0.0) == [LAST]
    assert _times(pipeline, 2, 0.5) == [LAST, LAST, 419]


def test_temperature_leads_from_the_mean_to_a_sample() -> None:
    """A temperature that only knows its ends."""
    view, pipeline = view_tensors(fill_view(40, 180)), small_pipeline()
    mean, half, sample = (pipeline(*view, seeded(1), 2, t) for t in (0.0, 0.5, 1.0))
    inner = (sample > 0) & (sample < 1) & (mean > 0) & (mean < 1)
    assert torch.allclose(half[inner], (0.5 * (mean + sample))[inner], atol=1e-5)


def test_the_gain_weighs_the_mean_alone() -> None:
    """A gain of 0 is the harmonic fill; samples were trained without it."""
    view = view_tensors(fill_view(40, 180))
    none, whole = small_pipeline(mean_gain=0.0), small_pipeline(mean_gain=1.0)
    assert torch.equal(none(*view, seeded(0), 2, 0.0), view[0])
    assert torch.equal(none(*view, seeded(0), 2, 1.0), whole(*view, seeded(0), 2, 1.0))


def test_what_is_drawn_is_the_mean_with_detail_of_a_sample() -> None:
    """Whole samples, whose structure is guessed, a mean left out, or a temperature that is not the detail's share."""
    view, pipeline = view_tensors(fill_view(40, 180)), small_pipeline(mean_gain=0.0, detail_gain=2.0)
    inside = view[1].expand_as(view[0])
    half, whole, other = (pipeline(*view, seeded(seed), 2, t) for seed, t in ((1, 0.5), (1, 1.0), (2, 1.0)))
    added = (whole - view[0])[inside]
    assert not torch.equal(whole, other) and added.std() > 0.003
    assert added.mean().abs() < 0.2 * added.std(), "detail moves the tone"
    assert (half - view[0]).abs().sum() < 0.6 * (whole - view[0]).abs().sum()


def test_candidates_differ_in_structure_as_far_as_asked() -> None:
    """Four fillings of one hole that differ in grain alone leave a choice between equals."""
    view = view_tensors(fill_view(40, 180))
    inside = view[1].float()

    def apart(gain: float) -> float:
        pipeline = small_pipeline(mean_gain=0.0, detail_gain=1.0, structure_gain=gain)
        one, other = (pipeline(*view, seeded(seed), 2, 1.0) for seed in (1, 2))
        between = (one - other) * inside
        return float((between - detail_of(between, inside, 3.0)).abs().sum())

    none, half, whole = (apart(gain) for gain in (0.0, 0.5, 1.0))
    assert 2 * none < half < whole


@pytest.mark.parametrize("steps", [1, 3, 8])
def test_a_network_that_knows_the_truth_finds_it(steps: int) -> None:
    """Units that differ between the network's residual and the picture, in any number of steps."""
    base, hole, known = view_tensors(fill_view(40, 180))
    residual = 0.3 * torch.randn(base.shape, generator=seeded(3)) * hole
    pipeline = small_pipeline()
    signal = zero_snr_scheduler().alphas_cumprod

    class Oracle(ResidualUNet):
        def forward(self, noisy: torch.Tensor, base: torch.Tensor, mask: torch.Tensor, timestep: torch.Tensor,
                    ) -> torch.Tensor:
            share = signal[timestep].view(-1, 1, 1, 1)
            return (share.sqrt() * noisy - residual) / (1 - share).sqrt()

    oracle = Oracle(side=32, widths=(8, 16), blocks=(1, 1), heads=2, residual_scale=0.5)
    filled = ResidualInpaintPipeline(oracle, pipeline.scheduler)(base, hole, known, seeded(0), steps, 1.0)
    expected = (base + residual * context_of(base, hole).contrast * 0.5).clamp(0, 1)
    assert torch.allclose(filled, expected, atol=1e-4)


def test_a_piece_of_a_batch_has_its_own_noise() -> None:
    """One generator for all views: a candidate would depend on what shares the call."""
    (base, hole, known), pipeline = view_tensors(fill_view(40, 180)), small_pipeline()
    twice = torch.cat([base, base]), torch.cat([hole, hole]), torch.cat([known, known])
    both = pipeline(*twice, [seeded(1), seeded(2)], 2, 1.0)
    assert torch.allclose(both[1:], pipeline(base, hole, known, seeded(2), 2, 1.0), atol=1e-4)
    with pytest.raises(ValueError, match="1 generators for 2 views"):
        pipeline(*twice, [seeded(1)], 2, 1.0)


@pytest.mark.parametrize(("steps", "temperature"), [(0, 1.0), (2, 1.5), (2, -0.1)])
def test_settings_out_of_range_are_refused(steps: int, temperature: float) -> None:
    """No steps would return noise, a negative temperature the opposite of a sample."""
    with pytest.raises(ValueError, match="steps .* temperature"):
        small_pipeline()(*view_tensors(fill_view(40, 180)), seeded(0), steps, temperature)


def test_the_embedded_weights_draw_as_was_chosen() -> None:
    """Settings chosen on calibrate that the weights' own folder overrides with those of an earlier choice."""
    config = ResidualInpaintPipeline.load_config(weights_folder("diffusion"))
    chosen = {"detail_sigma": DETAIL_SIGMA, "detail_gain": DETAIL_GAIN, "structure_gain": STRUCTURE_GAIN,
              "deeper": DEEPER}
    assert {name: config[name] for name in chosen} == chosen
