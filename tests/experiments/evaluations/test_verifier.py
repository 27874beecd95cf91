"""The figures of the seam verifier and of the promotion."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.evaluations.promotion import Contest, best_weights, recovered
from experiments.evaluations.verifier import area, by_failure, calibration, worst_real
from experiments.training.verifier.tiles import KINDS, Tiles
from operators.verify.verdict import FAILURES


def tiles(kinds: list[str], ssim: list[float]) -> Tiles:
    count = len(kinds)
    labels = np.array([[float(kind == name) for name in FAILURES] for kind in kinds], np.float16)
    truth = np.zeros((count, 7), np.float16)
    truth[:, 6] = -np.array(ssim)
    return Tiles(np.zeros((count, 8, 8, 3), np.uint8), np.zeros((count, 8, 8), np.uint8), np.zeros((count, 8, 8), bool),
                 labels, labels.max(1), np.array([KINDS.index(k) for k in kinds], np.uint8), np.zeros(count, np.int32),
                 truth)


def test_areas_compare_each_failure_with_photographs() -> None:
    """Columns of failures in another order than their kinds, or good and bad exchanged."""
    assert area(np.array([0.8, 0.6]), np.array([0.7, 0.1])) == pytest.approx(0.75)
    shown = tiles(["clean", "clean", *FAILURES], [1.0] * 7)
    said = np.full((7, 6), 0.1)
    for index in range(5):
        said[2 + index, index] = said[2 + index, 5] = 0.9
    assert all(row["against_photographs"] == row["against_all"] == 1 for row in by_failure(said, shown).values())
    errors, table = calibration(said, shown)
    assert errors["risk"] == pytest.approx(0.1) and table == [[2, 0.1, 0.0], [5, 0.9, 1.0]]


def test_real_fillings_are_the_worst_quartile_of_ours() -> None:
    """The best quartile, or classical fillings among them."""
    kinds = ["clean"] * 4 + ["prior_mean"] * 8 + ["telea"] * 4
    ssim = [1.0] * 4 + [0.1, 0.2, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9] + [0.0] * 4
    said = np.zeros((16, 6))
    said[:, 5] = 1 - np.array(ssim)
    said[12:, 5] = 0
    found = worst_real(said, tiles(kinds, ssim))
    assert found["worst"] == 2 and found["photographs"] == 4 and found["auc"] == 1


def test_recovery_is_0_at_random_and_1_for_an_oracle() -> None:
    """A share of something else than what the best candidate gains over the mean one."""
    rng = np.random.default_rng(0)
    gains = rng.normal(0, 1, (400, 4, 2))
    gains[..., 1] = gains[..., 0]
    parts = rng.normal(0, 1, (400, 4, 5))
    parts[..., 1] = -gains[..., 0]
    contest = Contest(parts, gains)
    oracle, blind = recovered(contest, (0, 1, 0, 0, 0)), recovered(contest, (1, 0, 0, 0, 0))
    assert oracle["ssim"] == [1, 1, 1] and abs(blind["ssim"][0]) < 0.2
    assert blind["ssim"][1] < blind["ssim"][0] < blind["ssim"][2]
    share, weights = best_weights([contest])
    assert share > 0.95 and weights[1] == max(weights)
