"""Building the detection network and loading weights into it."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from operators.models.detector import (
    build_detector,
    embedded_config,
    embedded_folder,
    head_width,
    load_weights,
    normalised,
)


def test_embedded_weights_fit_the_network_they_name() -> None:
    """Weights and config.json must not drift apart."""
    config = embedded_config()
    path = embedded_folder() / "model.safetensors"
    assert head_width(path) == config["head_chans"]
    network = build_detector(config["architecture"], head_chans=config["head_chans"], classes=config["classes"])
    load_weights(network, path)
    assert path.stat().st_size < 16 * 2**20


def test_weights_of_another_network_are_refused_by_name(tmp_path: Path) -> None:
    """A silent partial load would detect nothing, everywhere."""
    save_file({"fpn.in_branches.0.0.weight": torch.zeros(3)}, tmp_path / "w.safetensors")
    with pytest.raises(ValueError, match=r"w\.safetensors does not fit detect\.model.*tensors missing"):
        load_weights(build_detector("db_mobilenet_v3_large", head_chans=64), tmp_path / "w.safetensors")


@pytest.mark.parametrize("name", ["db_resnet5", "detection_predictor", "zoo"])
def test_unknown_architecture_names_the_known_ones(name: str) -> None:
    """A misspelt model must say what exists instead of an AttributeError."""
    with pytest.raises(ValueError, match="db_mobilenet_v3_large"):
        build_detector(name)


def test_normalised_puts_channels_first() -> None:
    """Swapped axes or a forgotten 255 give plausible, useless maps."""
    x = normalised(torch.full((1, 2, 3, 3), 255, dtype=torch.uint8), (0.5, 0.5, 0.5), (0.25, 0.5, 1.0))
    assert x.shape == (1, 3, 2, 3)
    assert x[0, :, 0, 0].tolist() == [2.0, 1.0, 0.5]
