"""When a remedy has mended a failure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from experiments.evaluations.injected import Case
from experiments.evaluations.outcomes import outcome, own_measure, shows
from experiments.training.verifier.failures import inject
from operators.remedy import Mended
from operators.verify.verdict import FAILURES
from tests.operators.remedy.wounds import lettered


def case_of(failure: str) -> Case:
    """The failure in the truth, under letters."""
    truth, wound = lettered()
    rgb = inject(failure, truth, wound.alpha, wound.hole, np.random.default_rng(5)) if failure else truth
    return Case(truth, truth, replace(wound, rgb=rgb), failure, "truth")


def mended(case: Case, share: float) -> Mended:
    """The wound with that share of its error left."""
    rgb = case.truth + share * (case.wound.rgb - case.truth)
    return Mended(rgb.astype(np.float32), case.wound.hole, case.wound.blend)


@pytest.mark.parametrize("failure", FAILURES)
def test_the_own_measure_knows_the_truth_from_the_failure(failure: str) -> None:
    """A measure of another failure, or one that the truth does not bring to 0, calls nothing mended, or everything."""
    case = case_of(failure)
    hole = case.wound.hole
    none, half, whole = (own_measure(case, mended(case, share).rgb, hole) for share in (0.0, 0.5, 1.0))
    assert none == pytest.approx(0, abs=1e-6) and none < half < whole
    assert own_measure(case, case.wound.rgb, hole) == pytest.approx(whole, rel=1e-4)


@pytest.mark.parametrize("failure", ["ghost", "halo"])
def test_what_is_left_is_a_share_of_what_was_put_in(failure: str) -> None:
    """A share that depends on the failure's strength, so that faint ones count as mended untouched."""
    case = case_of(failure)
    assert own_measure(case, mended(case, 0.3).rgb, case.wound.hole) == pytest.approx(0.3, abs=1e-4)


@pytest.mark.parametrize("failure", FAILURES)
def test_the_truth_mends_and_leaving_it_does_not(failure: str) -> None:
    """Before and after in the wrong order; a failure that is called mended where nothing was done."""
    case = case_of(failure)
    best, left = outcome(case, mended(case, 0.0)), outcome(case, mended(case, 1.0))
    assert (best["halved"], best["mended"], best["worsened"]) == (1, 1, 0) and best["change"] < 0
    assert (left["halved"], left["mended"], left["worsened"]) == (0, 0, 0) and left["change"] == pytest.approx(0)


def test_a_ghost_gone_under_another_fault_is_halved_but_not_mended() -> None:
    """A remedy that paints the hole over, where only its own measure is asked."""
    case = case_of("ghost")
    rgb = np.where(case.wound.hole[..., None], np.clip(case.truth + 0.2, 0, 1), case.truth).astype(np.float32)
    found = outcome(case, Mended(rgb, case.wound.hole, case.wound.blend))
    assert (found["mended"], found["worsened"]) == (0, 1) and found["change"] > 0.5


def test_damage_in_what_the_remedy_grew_counts() -> None:
    """Measured in the old hole alone, a remedy that spoils the ring around it would cost nothing."""
    case = case_of("ghost")
    grown = np.ones_like(case.wound.hole)
    rgb = np.where(case.wound.hole[..., None], case.truth, np.clip(case.truth + 0.3, 0, 1)).astype(np.float32)
    found = outcome(case, Mended(rgb, grown, grown.astype(np.float32)))
    assert found["worsened"] == 1 and found["mended"] == 0


def test_nothing_wrong_cannot_be_mended() -> None:
    """Good fills among the mended would raise the share."""
    case = case_of("")
    assert outcome(case, mended(case, 0.0)) | {"change": 0.0} == {
        "halved": 0, "mended": 0, "worsened": 0, "change": 0.0, "share": 0}


def test_a_texture_that_came_nearer_to_the_truth_is_no_failure() -> None:
    """A case that is mended by leaving it."""
    case = case_of("texture")
    assert shows(case) and shows(case_of("ghost"))
    assert not shows(replace(case, good=case.wound.rgb, wound=replace(case.wound, rgb=case.good)))
