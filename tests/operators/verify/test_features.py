"""What the verdict is made of."""

from __future__ import annotations

import cv2
import numpy as np

from operators.fill.harmonic import fill_membrane
from operators.verify.features import ANSWERS, FEATURES, features
from operators.verify.views import SIDE, SeamView
from tests.operators.verify.photographs import seam_view, square, word

LOGITS = np.arange(len(ANSWERS), dtype=float)


def named(view: SeamView) -> dict[str, float]:
    return dict(zip(FEATURES, features(view, LOGITS).tolist(), strict=True))


def test_every_feature_answers_to_its_name() -> None:
    """Two features in the wrong order: the fusion would weigh one with the other's weight."""
    alpha, hole = word()
    plain = named(seam_view())
    ghost = named(seam_view(square() + 0.25 * (alpha * hole)[..., None] * (1 - square())))
    smooth = named(seam_view(np.where(hole[..., None], cv2.GaussianBlur(square(), (0, 0), 3), square())))
    rough = named(seam_view(np.clip(square() + 0.1 * hole[..., None] * np.random.default_rng(0).normal(
        0, 1, (SIDE, SIDE, 1)), 0, 1).astype(np.float32)))
    drift = named(seam_view(np.clip(square() + 0.15 * hole[..., None], 0, 1).astype(np.float32)))
    assert ghost["silhouette"] > plain["silhouette"] + 0.1 and ghost["residue"] > plain["residue"] + 0.1
    assert smooth["smooth"] > plain["smooth"] + 0.3 and smooth["hole_detail"] < plain["hole_detail"] - 0.3
    assert rough["rough"] > plain["rough"] + 0.3
    assert drift["colour_drift"] > plain["colour_drift"] + 0.5 and drift["steep_edge"] > plain["steep_edge"] + 0.1
    assert plain["network_risk"] == 5 and plain["network_ghost"] == 0
    assert plain["hole_share"] == hole.mean() and abs(plain["alpha_level"] - alpha[hole].mean()) < 1e-6


def test_odd_holes_give_finite_numbers() -> None:
    """A hole that is all of the view, or none of it, or a flat picture: nan in, nan everywhere."""
    nothing, everything = np.zeros((SIDE, SIDE), bool), np.ones((SIDE, SIDE), bool)
    one = nothing.copy()
    one[5, 5] = True
    for hole in (nothing, everything, one):
        for rgb in (square(), np.zeros_like(square())):
            assert np.isfinite(features(SeamView(rgb, hole.astype(np.float32), hole), LOGITS)).all()


def test_the_place_is_that_of_the_surroundings() -> None:
    """The ring's texture read from inside the hole would follow the filling it is to judge."""
    _, hole = word()
    filled = fill_membrane(square(), hole)
    one, two = named(seam_view()), named(seam_view(filled))
    for name in ("ring_detail", "ring_contrast", "hole_width", "hole_share"):
        assert abs(one[name] - two[name]) < 0.25, name
    assert abs(one["ring_contrast"] - two["ring_contrast"]) < 1e-6
