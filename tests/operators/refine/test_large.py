from __future__ import annotations

import numpy as np

from operators.matting.estimate import Estimate
from operators.matting.frame import Frame
from operators.matting.network import Layer
from operators.refine.large import MOST_PIXELS, enlarged, reduced

QUAD = np.array([[100, 100], [2900, 100], [2900, 900], [100, 900]], np.float32)


def test_large_frames_shrink_and_their_mattes_come_back() -> None:
    """A matte in the wrong place, or memory that grows with the picture."""
    frame = Frame(np.full((1000, 3000, 3), 0.5, np.float32), QUAD, np.zeros((1000, 3000), bool))
    plane = np.zeros((1000, 3000), np.float32)
    plane[300:600, 1000:1500] = 0.9
    small, layer = reduced(frame, Layer(plane, plane, frame.view))
    assert small.view[..., 0].size <= MOST_PIXELS * 1.01 and layer is not None
    assert layer.coverage.shape == small.view.shape[:2]
    back = enlarged(Estimate(layer.coverage, np.zeros(3, np.float32), 1.0, "x", 1.0), plane.shape)
    assert np.abs(back.alpha - plane).mean() < 0.002 and (back.alpha[300:600, 1000:1500] > 0).all()


def test_usual_frames_are_left_alone() -> None:
    """Blur where there was no need to shrink anything."""
    frame = Frame(np.zeros((60, 90, 3), np.float32), QUAD / 100, np.zeros((60, 90), bool))
    assert reduced(frame, None) == (frame, None)
