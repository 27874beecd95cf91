"""Choosing a threshold."""

from __future__ import annotations

import numpy as np
import skimage.data

from experiments.evaluations.thresholds import mass, versions
from operators.detection.cores import Box
from operators.detection.quads import box_quad


def test_versions_are_five_and_differ() -> None:
    """A version twice would count a photograph twice; an empty part would count as never touched."""
    rgb = skimage.data.chelsea()
    made = versions(rgb)
    assert [v.shape[:2] for v in made] == [(300, 451), (300, 451), (180, 271), (225, 338), (225, 338)]
    assert np.array_equal(made[1][:, ::-1], rgb) and np.array_equal(made[4], rgb[-225:, -338:])


def test_only_boxes_above_the_threshold_hold_mass() -> None:
    """Counting doubtful boxes would promise what the line leaves alone."""
    alpha = np.zeros((40, 100), np.float32)
    alpha[10:20, 10:50] = 0.5
    boxes = [Box(box_quad(10, 10, 30, 20), 0.9), Box(box_quad(30, 10, 50, 20), 0.4)]
    assert abs(mass(alpha, boxes, 0.5) - 0.5) < 0.03 and mass(alpha, boxes, 0.3) > 0.97 and mass(alpha, [], 0) == 0
