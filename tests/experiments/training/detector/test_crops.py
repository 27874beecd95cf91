"""What the detector is shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from experiments.training.detector.crops import crop
from operators.detection.quads import box_quad
from tests.experiments.training.views.test_view import view


def test_overlay_and_scene_are_taught_apart() -> None:
    """Signs taught as overlay would be erased."""
    both = replace(view(), scene=box_quad(20, 200, 160, 240)[None])
    made = [crop(both, 256, np.random.default_rng(seed)) for seed in range(10)]
    assert all(c.core.shape == c.weight.shape == (2, 256, 256) and c.image.shape == (256, 256, 3) for c in made)
    assert any(c.core[0].any() for c in made) and any(c.core[1].any() for c in made)
    assert not any((c.core[0] & c.core[1]).any() for c in made)


def test_nothing_is_taught_beyond_the_border() -> None:
    """Mirrored text without a box would be taught as background."""
    made = crop(view(), 416, np.random.default_rng(0))
    assert not made.weight[:, 300:].any() and made.weight[:, :300].any()
