"""The prior as a diffusers pipeline."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from operators.models.prior.pipeline import DETAIL_GAIN, PriorInpaintPipeline
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


def test_what_is_drawn_is_the_expectation_with_detail_of_a_sample() -> None:
    """Whole samples, whose structure is guessed, or a temperature that is not the detail's share."""
    _, base, hole, known = views()
    pipe = pipeline(gain=0.2, detail_gain=4.0)
    mean, half, whole, other = (
        pipe(base, hole, known, _seeds(*seeds), t) for seeds, t in (((1, 2), 0.0), ((1, 2), 0.5), ((1, 2), 1.0),
                                                                   ((3, 4), 1.0)))
    assert not torch.equal(whole, other) and (whole - mean).abs().max() > 0.01
    assert (half - mean).abs().sum() < (whole - mean).abs().sum()
    inside = hole.expand_as(base)
    per_view = [(whole - mean)[k][inside[k]].mean().abs() for k in range(2)]
    spread = [(whole - mean)[k][inside[k]].std() for k in range(2)]
    assert all(m < 0.2 * s for m, s in zip(per_view, spread, strict=True)), "detail moves the tone"


def test_a_folder_without_detail_gets_the_chosen_one(tmp_path: Path) -> None:
    """Weights written before detail was drawn that no longer load; a detail_gain of 0 that is not kept."""
    pipe = pipeline()
    pipe.save_pretrained(tmp_path)
    assert PriorInpaintPipeline.from_folder(str(tmp_path)).config["detail_gain"] == 0.0
    index = tmp_path / "model_index.json"
    content = {k: v for k, v in json.loads(index.read_text()).items() if not k.startswith("detail_")}
    index.write_text(json.dumps(content))
    assert PriorInpaintPipeline.from_folder(str(tmp_path)).config["detail_gain"] == DETAIL_GAIN


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
