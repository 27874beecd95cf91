"""Models that are there, and words about those that are not."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from huggingface_hub import constants

from operators.fill.generator import Generator
from operators.fill.hub import HubModelUnavailable, Sampling, load_hub_generator, load_upscaler
from operators.fill.hub.stable_diffusion import stable_diffusion_painter
from tests.operators.fill.hub.conftest import SIDE, Load, MakeView

Folder = Callable[[str], Path]


@pytest.mark.parametrize(
    ("kind", "loaded"),
    [("amused", "AmusedInpaintPipeline"), ("sd4", "StableDiffusionInpaintPipeline"),
     ("sd9", "StableDiffusionInpaintPipeline"), ("sdxl4", "StableDiffusionXLInpaintPipeline"),
     ("flux", "FluxFillPipeline")])
def test_each_kind_becomes_what_inpaints(kind: str, loaded: str, load: Load, folder: Folder) -> None:
    """A text-to-image pipeline loaded as such would take no mask."""
    generator: Generator = load(kind)
    assert type(generator.painter.pipeline).__name__ == loaded  # type: ignore[attr-defined]
    assert generator.name == folder(kind).name and generator.side == SIDE


@pytest.mark.parametrize("kind", ["amused", "sd9", "sdxl4", "flux"])
def test_half_precision(kind: str, folder: Folder, view: MakeView) -> None:
    """Tensors of one precision handed to networks of another."""
    role = "prior" if kind == "amused" else "diffusion"
    generator = load_hub_generator(str(folder(kind)), role=role, side=SIDE, steps=2, dtype="bfloat16")  # type: ignore[arg-type]
    assert next(generator.painter.pipeline.text_encoder.parameters()).dtype == torch.bfloat16  # type: ignore[attr-defined]
    assert np.isfinite(generator.fill([view()], 1.0)[0]).all()


def _refused(name: object, role: str = "diffusion", **settings: object) -> str:
    with pytest.raises(HubModelUnavailable) as refused:
        load_hub_generator(str(name), role=role, side=SIDE, **settings)  # type: ignore[arg-type]
    return str(refused.value)


def test_unknown_classes_are_named(tmp_path: Path) -> None:
    """A class that ignores the mask, or runs code of its own, tried all the same."""
    index = tmp_path / "model_index.json"
    index.write_text(json.dumps({"_class_name": "MarigoldDepthPipeline"}))
    assert "MarigoldDepthPipeline" in _refused(tmp_path) and "hf download" in _refused(tmp_path)
    index.write_text(json.dumps({"_class_name": ["my_pipeline", "MyPipeline"]}))
    assert "own code" in _refused(tmp_path)


def test_other_unets_are_refused() -> None:
    """A UNet of depth or of instructions, given channels that it was not trained for."""
    pipeline = SimpleNamespace(unet=SimpleNamespace(config=SimpleNamespace(in_channels=8)))
    with pytest.raises(HubModelUnavailable, match="takes 8 channels.*hf download"):
        stable_diffusion_painter(pipeline, Sampling())


def test_what_is_missing_says_what_to_run(tmp_path: Path) -> None:
    """A bare FileNotFoundError, or a folder with a typo looked up on the hub."""
    assert "`hf download NAME`" in _refused(tmp_path / "nowhere")
    assert f"hf download NAME --local-dir {tmp_path}" in _refused(tmp_path)
    assert "`hf download somebody/something`" in _refused("somebody/something")


def test_broken_folders_say_what_to_run(folder: Folder, tmp_path: Path) -> None:
    """An interrupted download that runs with random weights; a pickle opened for want of safetensors."""
    broken = tmp_path / "broken"
    shutil.copytree(folder("sd9"), broken)
    weights = broken / "unet" / "diffusion_pytorch_model.safetensors"
    torch.save({}, weights.with_suffix(".bin"))
    weights.unlink()
    assert f"hf download NAME --local-dir {broken}" in _refused(broken)


def test_a_name_is_found_in_the_cache(folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model fetched by `hf download` asked for over the network all the same."""
    cache = tmp_path / "cache"
    commit = "0" * 40
    shutil.copytree(folder("sd9"), cache / "models--tiny--sd9" / "snapshots" / commit)
    (cache / "models--tiny--sd9" / "refs").mkdir()
    (cache / "models--tiny--sd9" / "refs" / "main").write_text(commit)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache))
    assert load_hub_generator("tiny/sd9", role="diffusion", side=SIDE).name == "tiny/sd9"


def test_packages_that_are_missing_are_named(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """An ImportError from the middle of a worker."""
    monkeypatch.setitem(sys.modules, "diffusers", None)
    assert "pip install 'cleanplate[hub]'" in _refused(folder("sd9"))


def test_a_deprecated_pipeline_may_be_gone(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """aMUSEd dropped by a later diffusers: an AttributeError from the middle of a worker."""
    import diffusers

    class Gone:
        __version__ = "9.9"
        utils = diffusers.utils

    monkeypatch.setitem(sys.modules, "diffusers", Gone)
    assert "diffusers 9.9 has no AmusedInpaintPipeline" in _refused(folder("amused"), role="prior")


def test_roles_are_not_mixed(folder: Folder) -> None:
    """The heavy model in the fast path, or the other way round."""
    assert "serves as prior" in _refused(folder("amused")) and "as diffusion" in _refused(folder("sd9"), role="prior")


def test_settings_that_would_be_ignored_are_refused(folder: Folder) -> None:
    """A recipe that believes in a setting which the model does not know."""
    for kind, role, settings, message in (
        ("flux", "diffusion", {"negative_prompt": "text"}, "no negative prompt"),
        ("amused", "prior", {"strength": 0.5}, "no strength"),
        ("sd9", "diffusion", {"strength": 0.1, "steps": 4}, "no step at all"),
        ("sd9", "diffusion", {"strength": 0.0}, "above 0"),
        ("sd9", "diffusion", {"dtype": "float16"}, "does not run on a CPU"),
        ("sd9", "diffusion", {"style_reference": np.zeros((4, 4, 3), np.uint8)}, "style_reference is float32"),
    ):
        with pytest.raises(ValueError, match=message):
            load_hub_generator(str(folder(kind)), role=role, side=SIDE, **settings)  # type: ignore[arg-type]


def test_inpainters_do_not_upscale(folder: Folder) -> None:
    """A pipeline called with arguments of another kind."""
    with pytest.raises(HubModelUnavailable, match="does not upscale"):
        load_upscaler(str(folder("sd9")))
