"""The detection network behind its interface."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from operators.detection.letterbox import letterbox
from operators.detection.network import SCENE_AS, Detector, load_detector
from operators.models.detector import embedded_folder
from operators.options import DetectOptions
from tests.operators.overlaid import captioned


def test_the_scenes_map_is_read_above_its_level() -> None:
    """A base rate of 0.22 everywhere that makes one box of the whole picture."""
    maps = np.array([[[0.1, 0.1, 0.5]], [[0.22, 0.39, 0.22]]], np.float32)
    detector = Detector(torch.nn.Identity(), (0.5,), (0.5,), 0.6, scene_level=0.26)
    assert np.allclose(detector.any_text(maps), [[0.22 * SCENE_AS / 0.26, 0.3, 0.5]])
    assert np.array_equal(detector.any_text(maps[:1]), maps[0])


@pytest.mark.skipif(not (embedded_folder() / "model.safetensors").is_file(), reason="no embedded weights")
def test_maps_do_not_depend_on_the_threads() -> None:
    """A notebook on two threads that finds other boxes than a worker on one: float32 convolutions sum in another
    order."""
    options = DetectOptions(precision="fp32")
    detector, boxed = load_detector(options), letterbox(captioned().image, options.size)
    maps, before = [], torch.get_num_threads()
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            maps.append(detector.maps(boxed))
    finally:
        torch.set_num_threads(before)
    assert np.array_equal(maps[0], maps[1])
