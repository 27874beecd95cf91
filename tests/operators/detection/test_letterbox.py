"""Pictures of every shape pass through the letterbox and back."""

import numpy as np
import pytest

from operators.detection.letterbox import letterbox


@pytest.mark.parametrize("shape", [(480, 640), (1, 1), (1, 4000), (4000, 1), (3000, 2000), (33, 500), (512, 512)])
def test_canvas_suits_the_network_and_maps_back(shape: tuple[int, int]) -> None:
    """A side that is no multiple of the stride crashes the pyramid; a wrong scale shifts every quad."""
    boxed = letterbox(np.zeros((*shape, 3), np.uint8), 512)
    assert boxed.canvas.shape[0] % 32 == 0 and boxed.canvas.shape[1] % 32 == 0
    assert max(boxed.height, boxed.width) <= 512
    corner = boxed.to_picture(np.array([boxed.width, boxed.height], np.float32))
    assert corner == pytest.approx([shape[1], shape[0]], rel=1e-6)


def test_small_pictures_are_doubled_at_most() -> None:
    """Icons blown up to the full size would look like nothing the network was trained on."""
    boxed = letterbox(np.zeros((40, 60, 3), np.uint8), 512)
    assert (boxed.height, boxed.width) == (80, 120)
