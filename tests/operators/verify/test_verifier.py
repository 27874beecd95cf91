"""The seam verifier with its embedded weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from experiments.training.verifier.failures import inject
from operators.detection.network import WeightsUnavailable
from operators.verify.verdict import FAILURES
from operators.verify.verifier import load_verifier
from operators.verify.views import SeamView
from tests.operators.verify.photographs import seam_view, square, word


def test_a_verdict_is_the_same_to_the_bit_in_any_company_on_any_number_of_threads() -> None:
    """A batched convolution, or one split over threads, would make the gate depend on the batch."""
    views = [seam_view(), seam_view(square(100, 200)), seam_view(square(20, 60)), seam_view(np.zeros_like(square()))]
    verifier, before = load_verifier(), torch.get_num_threads()
    alone = [verifier.judge([view])[0] for view in views]
    torch.set_num_threads(2)
    try:
        assert verifier.judge(views[::-1])[::-1] == alone
    finally:
        torch.set_num_threads(before)


def test_injected_failures_are_riskier_than_the_photograph() -> None:
    """Swapped answers, a fusion of features in another order, RGB for BGR, a sign lost in the export."""
    alpha, hole = word()
    verifier, rng = load_verifier(), np.random.default_rng(0)
    clean = [square(y, x) for y, x in ((60, 120), (100, 200), (20, 60), (140, 250))]
    risks = np.mean([v.risk for v in verifier.judge([SeamView(c, alpha, hole) for c in clean])])
    for name in FAILURES:
        views = [SeamView(inject(name, c, alpha, hole, rng), alpha, hole) for c in clean for _ in range(2)]
        verdicts = verifier.judge(views)
        assert np.mean([v.risk for v in verdicts]) > risks + 0.15, name


def test_what_lies_outside_the_hole_of_alpha_is_not_read() -> None:
    """The alpha of a neighbour that was not removed would be taken for this hole's."""
    alpha, hole = word()
    verifier = load_verifier()
    alphas = [np.where(hole, alpha, outside).astype(np.float32) for outside in (0.0, 0.7)]
    one, two = (verifier._logits(SeamView(square(), a, hole)) for a in alphas)
    assert np.array_equal(one, two)


def test_weights_that_are_not_there_are_named(tmp_path: Path) -> None:
    """A stack trace from safetensors tells nobody which option to change."""
    with pytest.raises(WeightsUnavailable, match="verify.weights"):
        load_verifier(str(tmp_path))


def test_views_of_another_side_are_refused() -> None:
    """A network without a fixed side would judge them at a scale it has never seen."""
    view = seam_view()
    with pytest.raises(ValueError, match="128 x 128"):
        load_verifier().judge([SeamView(view.rgb[:64, :64], view.alpha[:64, :64], view.hole[:64, :64])])
