"""The overlay segmenter's network, and loading its weights."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from operators.models.embedded import WEIGHTS, weights_config, weights_folder
from operators.models.segmenter import EMBEDDED, OverlaySegmenter, inputs, load_segmenter


def _small() -> OverlaySegmenter:
    torch.manual_seed(0)
    network = OverlaySegmenter((8, 8, 8, 8, 8))
    torch.nn.init.normal_(network.head.weight, std=0.1)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_()  # type: ignore[union-attr, operator]
            module.running_var.uniform_(0.5, 2)  # type: ignore[union-attr, operator]
    return network.eval()


def test_it_answers_for_every_pixel_in_range() -> None:
    """An output at half resolution, or alpha outside 0..1, would pass unnoticed into mattes."""
    coverage, alpha, colour = _small()(torch.rand(2, 5, 64, 96))
    assert coverage.shape == alpha.shape == (2, 1, 64, 96) and colour.shape == (2, 3, 64, 96)
    assert alpha.min() >= 0 and alpha.max() <= 1 and colour.min() >= 0 and colour.max() <= 1


def test_contrast_is_local() -> None:
    """A fifth channel that follows the brightness would tell the network nothing new."""
    flat = inputs(torch.full((1, 3, 40, 40), 0.8), torch.zeros(1, 1, 40, 40))
    assert flat.shape == (1, 5, 40, 40) and flat[:, 4].abs().max() < 1e-5


def test_weights_travel_through_a_file(tmp_path: Path) -> None:
    """Half precision or another width must not be loaded into the wrong network silently."""
    network = _small()
    state = {n: t.half() for n, t in network.state_dict().items() if t.is_floating_point()}
    save_file(state, tmp_path / WEIGHTS)
    x = torch.rand(1, 5, 32, 32)
    with torch.no_grad():
        assert torch.allclose(load_segmenter(tmp_path / WEIGHTS)(x)[1], network(x)[1], atol=5e-3)
    del state["head.weight"]
    save_file(state, tmp_path / WEIGHTS)
    with pytest.raises(ValueError, match=r"1 tensors missing \['head\.weight'\]"):
        load_segmenter(tmp_path / WEIGHTS)


def test_embedded_weights_fit_and_are_small() -> None:
    """Weights and config.json must not drift apart, nor grow past what a package may carry."""
    path = weights_folder(EMBEDDED) / WEIGHTS
    assert load_segmenter(path).widths == tuple(weights_config(EMBEDDED)["widths"])
    assert path.stat().st_size < 16 * 2**20
