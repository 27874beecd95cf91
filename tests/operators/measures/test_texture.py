"""Measures of texture, on photographs whose texture is known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from operators.measures.texture import gradient_ratio, sliced_wasserstein, ssim_at_edge
from tests.operators.overlaid import photo


def _truth() -> np.ndarray:
    return photo()[100:228, 100:228].astype(np.float32) / 255


def _hole() -> np.ndarray:
    hole = np.zeros((128, 128), bool)
    hole[30:90, 40:100] = True
    return hole


def test_the_truth_is_perfect() -> None:
    """A measure that is not at its best for equal pictures."""
    truth, hole = _truth(), _hole()
    assert gradient_ratio(truth, truth, hole) == 1 and sliced_wasserstein(truth, truth, hole) == 0
    assert ssim_at_edge(truth, truth, hole) == pytest.approx(1)


def test_smooth_is_below_and_rough_above_one() -> None:
    """A ratio upside down, or one that a smear and an edge cancel out in."""
    truth, hole = _truth(), _hole()
    rough = truth + np.random.default_rng(0).normal(0, 0.1, truth.shape).astype(np.float32)
    assert gradient_ratio(cv2.GaussianBlur(truth, (0, 0), 3), truth, hole) < 0.8 < 1.2 < gradient_ratio(
        rough, truth, hole)
    flat = np.full_like(truth, 0.5)
    assert gradient_ratio(flat, flat, hole) == 1


def test_only_the_hole_counts() -> None:
    """Figures of a fill diluted by what was never touched."""
    truth, hole = _truth(), _hole()
    other = truth.copy()
    other[:20] = 0
    assert gradient_ratio(other, truth, hole) == 1 and sliced_wasserstein(other, truth, hole) == 0
    assert ssim_at_edge(other, truth, hole) == pytest.approx(1)


def test_the_sliced_distance_sees_texture_and_not_its_place() -> None:
    """A distance that is a squared error by another name: texture moved is nearly the same, texture smeared is not."""
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 0.1, (2, 128, 128, 1)).repeat(3, 3).astype(np.float32) + 0.5
    hole = _hole()
    smooth = cv2.GaussianBlur(noise[0], (0, 0), 2)
    moved, smeared = (sliced_wasserstein(one, noise[0], hole) for one in (noise[1], smooth))
    assert moved < 0.25 * smeared
    assert sliced_wasserstein(noise[1], noise[0], hole) == moved
    shifted = sliced_wasserstein(noise[0] + np.float32(0.1), noise[0], hole)
    assert 0.1 * 255 * 0.5 < shifted < 0.1 * 255 * 7  # a constant projects to its size times the sum of a direction


def test_the_rim_is_looked_at_and_not_the_middle() -> None:
    """A ring on the wrong side of the edge, or the whole hole."""
    truth, hole = _truth(), _hole()
    middle, rim = truth.copy(), truth.copy()
    middle[52:68, 62:78] = 0
    rim[30:34, 40:100] = 0
    assert ssim_at_edge(middle, truth, hole) == pytest.approx(1)
    assert ssim_at_edge(rim, truth, hole) < 0.9
