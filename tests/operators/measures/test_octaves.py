from __future__ import annotations

import cv2
import numpy as np

from operators.measures.octaves import octaves, strengths
from tests.operators.overlaid import photo


def rgb() -> np.ndarray:
    return photo("coffee")[100:260, 150:350].astype(np.float32) / 255


def square() -> np.ndarray:
    hole = np.zeros((160, 200), bool)
    hole[50:110, 60:140] = True
    return hole


def test_octaves_add_up_to_the_picture() -> None:
    """A Gaussian left out of the pyramid: whatever is put together from octaves would lose a band."""
    bands, coarse = octaves(rgb())
    assert np.allclose(sum(bands) + coarse, rgb(), atol=1e-5)


def test_a_smoothed_hole_is_weaker_than_its_ring_in_fine_octaves_only() -> None:
    """Ring and hole swapped, or octaves in the wrong order."""
    view, hole = rgb(), square()
    view = np.where(hole[..., None], cv2.GaussianBlur(view, (0, 0), 1.5), view)
    wanted, found = strengths(hole, octaves(view)[0])
    ratios = [float(f[hole].mean() / w[hole].mean()) for w, f in zip(wanted, found, strict=True)]
    assert ratios[0] < 0.3
    assert ratios[0] < ratios[1] < ratios[3]


def test_without_a_ring_nothing_is_said() -> None:
    """Strengths of a ring that is not there taken for zero."""
    whole = np.ones((40, 40), bool)
    assert strengths(whole, octaves(rgb()[:40, :40])[0]) == ([], [])
