"""The stand-in for the seam verifier."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from experiments.evaluations.classical_verifier import NAMES, classical_features, fit_classical
from operators.verify.views import SeamView, seam_views
from tests.experiments.evaluations.test_outcomes import case_of


def test_it_tells_the_failures_it_was_fitted_to() -> None:
    """Weights of one failure under the name of another; a risk of the wrong sign."""
    found = [case_of(name) for name in ("", "ghost", "colour_drift")]
    moved = [replace(case, wound=replace(case.wound, rgb=np.roll(case.wound.rgb, k, 1),
                                         alpha=np.roll(case.wound.alpha, k, 1), hole=np.roll(case.wound.hole, k, 1)))
             for case in found for k in (0, 2, 4, 6)]
    verifier = fit_classical(moved)
    good, ghost, drift = (verifier.judge(seam_views(c.wound.rgb, c.wound.alpha, c.wound.hole))[0] for c in found)
    assert good.risk < min(ghost.risk, drift.risk)
    assert max(ghost.failures, key=lambda name: ghost.failures[name]) == "ghost"
    assert max(drift.failures, key=lambda name: drift.failures[name]) == "colour_drift"


def test_a_view_without_a_hole_has_no_scores() -> None:
    """Features that the seam scores cannot give end a whole run in nan."""
    rgb, none = np.full((64, 64, 3), 0.5, np.float32), np.zeros((64, 64), bool)
    found = [classical_features(SeamView(rgb, np.zeros((64, 64), np.float32), hole)) for hole in (none, ~none)]
    assert all(np.array_equal(x, np.zeros(len(NAMES))) for x in found)
