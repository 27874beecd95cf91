from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from operators.fill.generators import load_detail, load_generators
from operators.models.embedded import weights_folder
from operators.options import FillOptions


def test_the_harmonic_recipe_imports_no_diffusers() -> None:
    """A laptop that pays for packages it does not use, or cannot start without them."""
    code = ("import sys; from operators.fill import FillStage; from operators.options import FillOptions; "
            "s = FillStage(FillOptions(prior='harmonic', diffusion='harmonic')); s.setup(); "
            "assert dict(s.generators) == {}; print([m for m in ('diffusers', 'transformers') if m in sys.modules])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("role", "kind", "loader"), [
    ("prior", "PriorInpaintPipeline", "operators.fill.prior.load_prior"),
    ("diffusion", "ResidualInpaintPipeline", "operators.fill.diffusion.load_diffusion"),
])
def test_a_folder_of_our_own_kind_is_ours(
    role: str, kind: str, loader: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network of one's own training refused because diffusers does not know it; chunks or steps that get lost."""
    (tmp_path / "model_index.json").write_text(json.dumps({"_class_name": kind}))
    monkeypatch.setattr(loader, lambda weights, count, device: (weights, count, device))
    options = FillOptions(**{role: str(tmp_path)}, chunks=5, diffusion_steps=9)  # type: ignore[arg-type]
    assert load_generators(options)[role][:2] == (str(tmp_path), {"prior": 5, "diffusion": 9}[role])  # type: ignore[index]


@pytest.mark.parametrize("role", ["prior", "diffusion"])
def test_embedded_names_the_embedded_network(role: str) -> None:
    """`embedded` looked up on the hub, or on the other route."""
    options = FillOptions(**{"prior": "harmonic", "diffusion": "harmonic", role: "embedded"})  # type: ignore[arg-type]
    assert [(r, g.name) for r, g in load_generators(options).items()] == [(role, role)]
    small = sum(path.stat().st_size for path in weights_folder(role).rglob("*.safetensors"))
    assert 2**20 < small < 16 * 2**20


def test_other_names_are_the_hubs(monkeypatch: pytest.MonkeyPatch) -> None:
    """An option of the recipe that never reaches the model."""
    seen = {}

    def load(name: str, **given: object) -> object:
        seen[name] = given
        return given["role"]

    monkeypatch.setattr("operators.fill.hub.load_hub_generator", load)
    monkeypatch.setattr("operators.fill.hub.load_upscaler", lambda name, **given: (name, given["prompt"]))
    options = FillOptions(prior="x/y", diffusion="z", prompt="grass", negative_prompt="text", guidance=3.5,
                          hub_side=256, diffusion_steps=7, upscaler="u/v")
    assert load_generators(options) == {"prior": "prior", "diffusion": "diffusion"}
    shared = {"prompt": "grass", "negative_prompt": "text", "guidance": 3.5, "side": 256, "dtype": "float32"}
    assert seen["x/y"].items() >= (shared | {"role": "prior", "steps": None}).items()
    assert seen["z"].items() >= (shared | {"role": "diffusion", "steps": 7}).items()
    assert load_detail(options) == ("u/v", "grass") and load_detail(FillOptions()) is None


def test_a_hub_model_that_is_not_there_says_what_to_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A job that starts, and fails on every picture."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(RuntimeError, match="hf download"):
        load_generators(FillOptions(diffusion=str(tmp_path)))
