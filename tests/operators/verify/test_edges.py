"""What goes the same way all along a hole's edge."""

from __future__ import annotations

import cv2
import numpy as np

from operators.measures.seam import signed_distance
from operators.verify.edges import EDGES, edge_scores
from tests.operators.verify.photographs import square, word

_, HOLE = word()
DISTANCE = signed_distance(HOLE)


def named(rgb: np.ndarray) -> dict[str, float]:
    return dict(zip(EDGES, edge_scores(np.clip(rgb, 0, 1).astype(np.float32), DISTANCE), strict=True))


def test_a_tint_is_a_step_and_a_rim_is_a_rim() -> None:
    """Inside and outside, light and colour, step and rim taken for each other."""
    inside, rim = HOLE[..., None], (np.abs(DISTANCE) <= 1.2)[..., None]
    plain, light = named(square()), named(square() + 0.12 * inside)
    tint, dark = named(square() + inside * np.array([0.06, 0, -0.06])), named(square() - 0.15 * rim)
    assert light["step_light"] > plain["step_light"] + 0.8 and light["step_unity"] > plain["step_unity"] + 0.3
    assert tint["step_colour"] > plain["step_colour"] + 0.8 and tint["step_light"] < light["step_light"] - 0.3
    assert dark["rim_light"] > plain["rim_light"] + 0.8 and dark["rim_unity"] > plain["rim_unity"] + 0.3
    assert dark["step_light"] < light["step_light"] - 0.5


def test_an_edge_of_the_picture_that_crosses_the_hole_is_no_step() -> None:
    """Without signs every contrasty photograph has one."""
    half = np.where((np.arange(128) < 64)[None, :, None], 0.2, 0.8) * np.ones((128, 1, 3))
    found = named(half)
    assert found["step_unity"] < 0.35 and found["step_light"] < named(half + 0.1 * HOLE[..., None])["step_light"] - 0.5


def test_ratios_have_the_sign_of_what_is_in_the_hole() -> None:
    """The ring over the hole, or one scale for the other."""
    inside, rng = HOLE[..., None], np.random.default_rng(0)
    grain = named(square() + 0.08 * inside * rng.normal(0, 1, (128, 128, 1)))
    smooth = named(np.where(inside, cv2.GaussianBlur(square(), (0, 0), 2), square()))
    assert grain["fine_ratio"] > 0.8 and smooth["fine_ratio"] < -0.4
    assert abs(smooth["coarse_ratio"]) < abs(smooth["fine_ratio"])


def test_thin_and_odd_holes_give_finite_numbers() -> None:
    """A hairline has no inside beyond its rim."""
    line = np.zeros((128, 128), bool)
    line[64, 20:100] = True
    for hole in (line, ~line, np.eye(128, dtype=bool)):
        assert np.isfinite(edge_scores(square(), signed_distance(hole))).all()
