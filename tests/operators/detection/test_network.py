"""The detection network behind its interface."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from operators.detection.letterbox import letterbox
from operators.detection.network import load_detector
from operators.models.detector import embedded_folder
from operators.options import DetectOptions
from tests.operators.overlaid import captioned


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
