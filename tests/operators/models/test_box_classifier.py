"""The box classifier's network, and loading its weights."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from operators.models.box_classifier import BoxClassifier, load_box_classifier, pixels


def test_weights_travel_through_a_file(tmp_path: Path) -> None:
    """Statistics lost on the way, or dropout left on, would change every answer."""
    torch.manual_seed(0)
    network, views = BoxClassifier(), torch.randint(0, 256, (3, 64, 160, 3), dtype=torch.uint8)
    with torch.no_grad():
        for _ in range(3):
            network(pixels(views))
        expected = network.eval()(pixels(views))
        save_file({n: t.half() for n, t in network.state_dict().items() if t.is_floating_point()}, tmp_path / "a")
        loaded = load_box_classifier(tmp_path / "a")(pixels(views))
    assert expected.shape == (3,) and torch.allclose(loaded, expected, atol=0.02) and expected.std() > 0


def test_another_networks_weights_are_refused(tmp_path: Path) -> None:
    """Half a network loaded silently would answer at random."""
    state = {n: t for n, t in BoxClassifier().state_dict().items() if not n.startswith("answer")}
    save_file(state, tmp_path / "a")
    with pytest.raises(ValueError, match=r"holds no box classifier: \['answer\.weight', 'answer\.bias'\] missing"):
        load_box_classifier(tmp_path / "a")


def test_pixels_are_centred() -> None:
    """Values 0..255 into a network trained on -1..1 saturate it."""
    x = pixels(torch.tensor([[[[0, 255, 0]]]], dtype=torch.uint8))
    assert x.shape == (1, 3, 1, 1) and x.flatten().tolist() == [-1, 1, -1]
