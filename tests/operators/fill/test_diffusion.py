"""The diffusion inpainter behind the generators' contract, and its weights in a folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open

from operators.detection.network import WeightsUnavailable
from operators.fill import embedded
from operators.fill.diffusion import DiffusionGenerator, load_diffusion
from operators.fill.embedded import CONTENTS
from operators.fill.generator import Generator
from operators.models.diffusion import EMBEDDED
from operators.models.embedded import weights_folder
from tests.operators.models.diffusion.views import SIDE, fill_view, small_pipeline

PLACES = ((40, 180), (300, 60), (120, 120))


def test_bytes_do_not_depend_on_the_batch_or_its_order() -> None:
    """A batched call on a CPU sums in another order: the same picture would come out otherwise on another day."""
    generator: Generator = DiffusionGenerator(small_pipeline(), steps=2, bf16=True)
    views = [fill_view(*place, seed=seed) for seed, place in enumerate(PLACES)]
    together = generator.fill(views, 1.0)
    alone = [generator.fill([view], 1.0)[0] for view in reversed(views)][::-1]
    assert all(np.array_equal(a, b) for a, b in zip(together, alone, strict=True))


def test_bytes_do_not_depend_on_the_threads() -> None:
    """Convolutions and normalisation split over threads sum in another order."""
    generator, threads = DiffusionGenerator(small_pipeline(), steps=2, bf16=True), torch.get_num_threads()
    alone = generator.fill([fill_view(40, 180)], 1.0)[0]
    try:
        torch.set_num_threads(2)
        assert np.array_equal(generator.fill([fill_view(40, 180)], 1.0)[0], alone)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(threads)


def test_a_candidate_keeps_the_contract() -> None:
    """Another type, shape or range, or pixels outside the hole that changed."""
    view = fill_view(40, 180, seed=2**63 - 1)
    filled = DiffusionGenerator(small_pipeline(), steps=2).fill([view], 1.0)[0]
    assert filled.dtype == np.float32 and filled.shape == (SIDE, SIDE, 3)
    assert filled.min() >= 0 and filled.max() <= 1
    assert np.array_equal(filled[~view.hole], view.base[~view.hole])
    assert not np.array_equal(filled[view.hole], view.base[view.hole])


def test_no_views_are_no_candidates() -> None:
    """A chunk without regions."""
    assert DiffusionGenerator(small_pipeline()).fill([], 1.0) == []


def test_views_of_another_side_are_refused() -> None:
    """A view cut for another generator would be filled at another scale."""
    pipeline = small_pipeline()
    pipeline.network.register_to_config(side=64)
    generator = DiffusionGenerator(pipeline)
    with pytest.raises(ValueError, match="64 x 64 px"):
        generator.fill([fill_view(40, 180)], 0.0)


def test_weights_travel_through_a_folder_in_half_precision(tmp_path: Path) -> None:
    """A config, a gain or a weight that is lost on the way; or weights stored twice as large as they may be."""
    pipeline = small_pipeline(mean_gain=0.75)
    pipeline.network.half()
    pipeline.save_pretrained(tmp_path, safe_serialization=True)
    files = list(tmp_path.rglob("*.safetensors"))
    with safe_open(files[0], "pt") as file:
        assert len(files) == 1 and {file.get_tensor(n).dtype for n in file.keys()} == {torch.float16}  # noqa: SIM118
    pipeline.network.float()
    loaded = load_diffusion(str(tmp_path), steps=2, precision="fp32")
    assert loaded.name == "diffusion" and loaded.side == SIDE and loaded.pipeline.network.dtype == torch.float32
    for temperature in (0.0, 1.0):
        expected = DiffusionGenerator(pipeline, steps=2).fill([fill_view(40, 180)], temperature)[0]
        assert np.allclose(loaded.fill([fill_view(40, 180)], temperature)[0], expected, atol=1e-5)


def test_missing_weights_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stack trace out of diffusers, or a try to download."""
    with pytest.raises(WeightsUnavailable, match=r"model_index\.json .*experiments\.training\.diffusion\.export"):
        load_diffusion(str(tmp_path))
    monkeypatch.setattr(embedded, "weights_folder", lambda name: tmp_path / name)
    with pytest.raises(WeightsUnavailable, match="set fill.diffusion: harmonic"):
        load_diffusion("embedded")


def test_importing_the_generators_leaves_diffusers_alone() -> None:
    """Seconds and hundreds of megabytes for every worker that never diffuses."""
    code = "import operators.fill, operators.fill.diffusion, sys; sys.exit('diffusers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.skipif(not (weights_folder(EMBEDDED) / CONTENTS).is_file(), reason="no embedded weights yet")
def test_embedded_weights_load_and_are_small() -> None:
    """Weights and config must not drift apart, nor grow past what a package may carry."""
    assert load_diffusion().side in (64, 96)
    assert sum(p.stat().st_size for p in weights_folder(EMBEDDED).rglob("*.safetensors")) < 16 * 2**20
