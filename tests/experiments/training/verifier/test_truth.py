"""What is wrong with a real filling, by the truth."""

from __future__ import annotations

import cv2
import numpy as np

from experiments.training.verifier.crops import Crop
from experiments.training.verifier.fills import Filled
from experiments.training.verifier.truth import MEASURES, labels, measures
from operators.verify.verdict import FAILURES
from tests.operators.verify.photographs import square, word

ALPHA, HOLE = word()
CROP = Crop(square(), (ALPHA * HOLE).astype(np.float32), HOLE, (~HOLE).astype(np.float32), 0)


def marks(rgb: np.ndarray, kind: str = "unblend") -> dict[str, float]:
    found, bad = labels(measures(Filled(rgb.astype(np.float32), CROP), kind))
    return dict(zip(FAILURES, found.tolist(), strict=True)) | {"bad": bad}


def test_the_truth_itself_has_no_failure() -> None:
    """A limit below the measure of a perfect filling would call every photograph bad."""
    assert max(marks(square()).values()) < 0.02
    assert set(measures(Filled(square(), CROP), "telea")) == set(MEASURES)


def test_each_measure_answers_to_its_own_failure() -> None:
    """A drift labelled texture: the heads would learn each other's failures."""
    inside = HOLE[..., None]
    ghost = marks(square() + 0.3 * CROP.alpha[..., None] * (1 - square()))
    drift = marks(np.clip(square() + 0.08 * inside, 0, 1))
    smooth = marks(np.where(inside, cv2.GaussianBlur(square(), (0, 0), 2.5), square()))
    rng = np.random.default_rng(0)
    mirrored = marks(np.where(inside, square()[::-1, ::-1], square()))
    rim = cv2.dilate(HOLE.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    halo = marks(np.where((rim & ~HOLE)[..., None], 1.0, square()))
    assert ghost["ghost"] > 0.8 and ghost["bad"] > 0.8 and ghost["halo"] < 0.1
    assert drift["colour_drift"] > 0.8 and drift["texture"] < 0.2 and drift["halo"] < 0.1
    assert smooth["texture"] > 0.6 and smooth["colour_drift"] < 0.3 and smooth["halo"] < 0.1
    assert mirrored["structure"] > 0.8 and mirrored["bad"] > 0.8
    assert halo["halo"] > 0.9 and halo["colour_drift"] < 0.1 and halo["texture"] < 0.1
    assert marks(square() + 0.2 * inside * rng.normal(0, 1, square().shape))["texture"] > 0.9


def test_a_filling_has_no_ghost_of_an_overlay_it_never_saw() -> None:
    """Any smooth filling correlates with the shape of its hole a little."""
    spoilt = square() + 0.3 * CROP.alpha[..., None] * (1 - square())
    assert marks(spoilt, "telea")["ghost"] < 0.02 < marks(spoilt)["ghost"]
