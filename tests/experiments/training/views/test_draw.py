"""Views as they are drawn: of the sizes asked for."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data

from experiments.training.views.draw import LETTERBOX, Sizes, draw_view
from operators.detection.network import load_detector
from operators.options import DetectOptions
from operators.render import FontBook


@pytest.mark.parametrize(("sizes", "low", "high"), [
    (Sizes((640, 800), native=1.0), 640, 800), (Sizes((640, 800), native=0.0), 0.75 * LETTERBOX, 1.4 * LETTERBOX)])
def test_views_are_as_long_as_asked(tmp_path: Path, sizes: Sizes, low: float, high: float) -> None:
    """A judge fitted to views smaller than the pictures to come finds less in them."""
    path = tmp_path / "photo.png"
    cv2.imwrite(str(path), skimage.data.astronaut()[:, :, ::-1])
    rng, detector = np.random.default_rng(3), load_detector(DetectOptions())
    views = [draw_view([path], FontBook.bundled(), detector, rng, sizes) for _ in range(4)]
    assert all(low - 1 <= max(view.image.shape[:2]) <= high + 1 for view in views)
    assert all(view.probability.shape == view.alpha.shape == view.image.shape[:2] for view in views)
    assert any(view.alpha.any() for view in views)
