"""Crops of views for the detector."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from experiments.training.detector.targets import core_target
from experiments.training.views.feed import piece, place
from experiments.training.views.view import View

ON_TEXT = 0.67  # of the crops of a picture with text lie on it


class Crop(NamedTuple):
    """image uint8 (S, S, 3). core, weight: uint8 (2, S, S) of `core_target`, of overlay and of the scene's text."""

    image: np.ndarray
    core: np.ndarray
    weight: np.ndarray


def crop(view: View, size: int, rng: np.random.Generator) -> Crop:
    """A size x size piece, mirrored beyond the picture's border (where nothing is taught)."""
    y, x = place(view.image.shape, np.concatenate([view.quads, view.scene]), size, ON_TEXT, rng)
    height, width = (min(size, n) for n in (view.image.shape[0] - y, view.image.shape[1] - x))
    targets = [core_target(quads - np.array([x, y], np.float32), size, size) for quads in (view.quads, view.scene)]
    core, weight = (np.stack(part) for part in zip(*targets, strict=True))
    weight[:, height:], weight[:, :, width:] = 0, 0
    return Crop(piece(view.image, y, x, size), core * (weight > 0), weight)
