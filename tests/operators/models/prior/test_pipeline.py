"""The prior as a diffusers pipeline."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from operators.models.prior.pipeline import PriorInpaintPipeline
from tests.operators.models.prior.small import pipeline, views


def _seeds(*numbers: int) -> list[torch.Generator]:
    return [torch.Generator().manual_seed(n) for n in numbers]


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_before_training_the_result_is_the_base(temperature: float) -> None:
    """A residual that starts anywhere but at zero."""
    _, base, hole, known = views()
    assert torch.equal(pipeline(random_outputs=False)(base, hole, known, _seeds(1, 2), temperature), base)


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_only_the_hole_changes_and_stays_in_range(temperature: float) -> None:
    """A residual that leaks over the rim, or leaves 0..1."""
    _, base, hole, known = views()
    filled = pipeline()(base, hole, known, _seeds(1, 2), temperature)
    assert torch.equal(filled[~hole.expand_as(base)], base[~hole.expand_as(base)])
    assert filled.min() >= 0 and filled.max() <= 1 and (filled - base).abs().max() > 0.01


def test_a_gain_of_zero_is_the_base() -> None:
    """A safety scale that is not applied."""
    _, base, hole, known = views()
    assert torch.equal(pipeline(gain=0.0)(base, hole, known), base)


def test_seeds_play_a_part_only_above_temperature_zero() -> None:
    """Candidates that are all alike, or a likeliest filling that changes."""
    _, base, hole, known = views()
    pipe = pipeline()
    zero = [pipe(base, hole, known, _seeds(*s)) for s in ((1, 2), (3, 4))]
    warm = [pipe(base, hole, known, _seeds(*s), 1.0) for s in ((1, 2), (1, 4))]
    assert torch.equal(*zero) and torch.equal(warm[0][0], warm[1][0]) and not torch.equal(warm[0][1], warm[1][1])


def test_it_is_saved_in_half_and_loaded_in_single_precision(tmp_path: Path) -> None:
    """A folder that diffusers cannot read back, or a gain that is lost."""
    _, base, hole, known = views()
    pipe = pipeline(gain=0.5)
    expected = pipe(base, hole, known)
    pipe.tokenizer.half()
    pipe.transformer.half()
    pipe.save_pretrained(tmp_path)
    back = PriorInpaintPipeline.from_folder(str(tmp_path))
    assert sorted(p.name for p in tmp_path.rglob("*.safetensors")) == ["diffusion_pytorch_model.safetensors"] * 2
    assert back.config["gain"] == 0.5 and back.transformer.dtype == torch.float32
    assert (back(base, hole, known) - expected).abs().max() < 5e-3


def test_what_cannot_be_meant_is_refused() -> None:
    """One generator shared by two views makes a candidate depend on its neighbours."""
    _, base, hole, known = views()
    with pytest.raises(ValueError, match="one generator a view"):
        pipeline()(base, hole, known, _seeds(1), 1.0)
    with pytest.raises(ValueError, match="at least 1"):
        pipeline()(base, hole, known, _seeds(1, 2), 1.0, 0)
