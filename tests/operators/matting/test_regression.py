"""Opacity and colour by regression over the background."""

from __future__ import annotations

import numpy as np
import pytest
import skimage.data

from operators.matting.regression import Ink, explain

GREY = np.full(3, 0.5, np.float32)


def _under(count: int = 4000) -> np.ndarray:
    """Pixels of a photograph, float32 (n, 3)."""
    return skimage.data.coffee()[100:200, 100:300].reshape(-1, 3)[:count].astype(np.float32) / 255


@pytest.mark.parametrize("level", [0.25, 0.5, 1.0])
@pytest.mark.parametrize("colour", [(1.0, 1.0, 1.0), (0.0, 0.0, 0.0), (0.8, 0.3, 0.2)])
def test_level_and_colour_against_a_wrong_prior(level: float, colour: tuple[float, float, float]) -> None:
    """A ridge that believes the segmenter, whatever the picture says; intercept and colour mixed up."""
    under = _under()
    noise = np.random.default_rng(0).normal(0, 0.01, under.shape).astype(np.float32)
    ink = (1 - level) * under + level * np.array(colour, np.float32) + noise
    found = explain(ink, under, np.ones(len(under), np.float32), Ink(0.6, GREY))
    assert abs(found.level - level) < 0.05
    assert np.abs(found.colour - colour).max() < 0.08


def test_outliers_do_not_count() -> None:
    """A fifth of the pixels belongs to something else, and drags the line with it."""
    under = _under()
    ink = 0.6 * under + 0.4
    ink[::5] = 0.1
    found = explain(ink, under, np.ones(len(under), np.float32), Ink(0.5, GREY))
    assert abs(found.level - 0.4) < 0.05 and found.colour.min() > 0.95


def test_a_plain_background_leaves_the_level_to_the_prior() -> None:
    """Opacity invented where any would explain the pixels."""
    under = np.full((500, 3), 0.4, np.float32)
    ink = np.full((500, 3), 0.6, np.float32)
    found = explain(ink, under, np.ones(500, np.float32), Ink(0.5, np.full(3, 0.8, np.float32)))
    assert abs(found.level - 0.5) < 0.05 and np.abs(found.colour - 0.8).max() < 0.05


def test_a_colour_that_no_picture_has_raises_the_level() -> None:
    """T above 1: un-blending with it leaves black letters."""
    under = np.full((500, 3), 0.1, np.float32)
    ink = np.full((500, 3), 0.7, np.float32)
    found = explain(ink, under, np.ones(500, np.float32), Ink(0.3, np.ones(3, np.float32)))
    assert found.colour.max() <= 1 and abs((1 - found.level) * 0.1 + found.level * found.colour[0] - 0.7) < 0.05
