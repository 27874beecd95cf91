"""Grain on real pictures: as much as around the hole, of the same kind, and none on what has none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from operators.fill.grain import STRENGTH, add_grain
from operators.fill.harmonic import fill_membrane
from tests.operators.overlaid import photo

AREA = np.s_[40:160, 300:500]  # a plain part of the photograph


def _hole() -> np.ndarray:
    hole = np.zeros((120, 200), bool)
    hole[40:80, 50:150] = True
    return hole


def _smooth() -> np.ndarray:
    return cv2.GaussianBlur(photo()[AREA].astype(np.float32) / 255, (0, 0), 6.0)


def _noisy(level: float, blur: float = 0.0, grey: bool = False) -> np.ndarray:
    noise = np.random.default_rng(0).standard_normal((120, 200, 3)).astype(np.float32)
    noise = np.repeat(noise[..., :1], 3, 2) if grey else noise
    if blur:
        noise = cv2.GaussianBlur(noise, (0, 0), blur)
    return _smooth() + level * noise / noise.std()


def _grained(rgb: np.ndarray, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """What was added in the hole, and the result."""
    filled = fill_membrane(rgb, _hole())
    result = add_grain(filled, _hole(), seed)
    return (result - filled)[_hole()], result


@pytest.mark.parametrize("level", [0.01, 0.03])
def test_as_strong_as_the_ring_and_not_stronger(level: float) -> None:
    """An estimate that takes slopes for noise, or a factor that is off."""
    added, _ = _grained(_noisy(level))
    share = added.std(0) / (STRENGTH * level)
    assert (share > 0.7).all() and (share < 1.05).all()


def test_channels_go_together_where_the_rings_do() -> None:
    """Coloured speckle in a picture with grey grain, grey grain in one with coloured."""
    grey, coloured = (np.corrcoef(_grained(_noisy(0.02, grey=one))[0].T)[0, 1] for one in (True, False))
    assert grey > 0.95 and abs(coloured) < 0.2


def test_soft_grain_stays_soft() -> None:
    """White noise in the smoothed grain of a JPEG: the correlation of neighbours is the ring's within 0.2."""
    rgb = _noisy(0.02, blur=0.8)
    _, result = _grained(rgb)

    def neighbours(picture: np.ndarray, rows: slice) -> float:
        detail = (picture - cv2.GaussianBlur(picture, (0, 0), 1.5))[rows, 55:145]
        return float(np.corrcoef(detail[:, 1:].ravel(), detail[:, :-1].ravel())[0, 1])

    ring, inside = neighbours(rgb, np.s_[5:38]), neighbours(result, np.s_[42:78])
    white = neighbours(_noisy(0.02), np.s_[5:38])
    assert abs(inside - ring) < 0.2 < ring - white


@pytest.mark.parametrize("kind", ["flat", "slope", "levels"])
def test_graphics_stay_exactly_flat(kind: str) -> None:
    """Dirt on a drawing: a plain colour, a slope, and one rounded to levels."""
    rgb = np.full((120, 200, 3), 0.6, np.float32)
    if kind != "flat":
        rgb += np.linspace(-0.3, 0.3, 200, dtype=np.float32)[None, :, None]
    if kind == "levels":
        rgb = np.rint(rgb * 255).astype(np.float32) / 255
    filled = fill_membrane(rgb, _hole())
    assert np.array_equal(add_grain(filled, _hole(), 3), filled)


def test_what_the_fill_has_already_is_not_added_again() -> None:
    """A sample with its own texture made twice as rough."""
    rgb = _noisy(0.02)
    added = (add_grain(rgb, _hole(), 1) - rgb)[_hole()]
    assert added.std() < 0.4 * 0.02


def test_the_seed_decides_and_known_pixels_stay() -> None:
    """Grain of a global generator, or grain outside the hole."""
    rgb = fill_membrane(_noisy(0.02), _hole())
    one, again, other = (add_grain(rgb, _hole(), seed) for seed in (1, 1, 2))
    assert np.array_equal(one, again) and not np.array_equal(one, other)
    assert np.array_equal(one[~_hole()], rgb[~_hole()]) and one.dtype == np.float32
    assert np.array_equal(add_grain(rgb, np.zeros_like(_hole()), 1), rgb)
    assert np.isfinite(add_grain(rgb, np.ones_like(_hole()), 1)).all()


def test_a_hole_at_the_pictures_edge_and_a_hairline() -> None:
    """Rings cut off by the picture, and strokes without quiet pixels of their own."""
    rgb = _noisy(0.02)
    corner, line = np.zeros((120, 200), bool), np.zeros((120, 200), bool)
    corner[:20, :30] = line[60, 20:180] = True
    for hole in (corner, line):
        filled = fill_membrane(rgb, hole)
        added = (add_grain(filled, hole, 0) - filled)[hole]
        assert 0.4 * 0.02 < added.std() < 1.2 * 0.02
