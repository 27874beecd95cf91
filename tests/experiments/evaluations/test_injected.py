"""The cases that remedies are measured on, of a photograph that scikit-image ships."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from experiments.evaluations import injected
from experiments.evaluations.injected import CONTEXT, EVERY_BOX, SIZE, cases
from operators.remedy.wound import membrane_refill
from operators.render import FontBook
from operators.verify.verdict import FAILURES
from tests.operators.overlaid import photo


@pytest.fixture(autouse=True)
def one_photograph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(injected, "photo_paths", lambda split: [Path("one.jpg")])
    monkeypatch.setattr(injected, "data_folder", Path)
    monkeypatch.setattr(injected, "read_rgb", lambda path: photo())
    monkeypatch.setattr(injected, "held_out_fonts", lambda folder: FontBook.bundled())


def test_every_case_holds_its_failure_in_its_hole() -> None:
    """Failures out of step with their names; a hole at the border, where there is no ring; crops without a box."""
    found = list(cases("eval", len(FAILURES), membrane_refill))
    assert [case.failure for case in found] == list(FAILURES)
    for index, case in enumerate(found):
        wound, core = case.wound, np.zeros((SIZE, SIZE), bool)
        core[CONTEXT - 4 : 4 - CONTEXT, CONTEXT - 4 : 4 - CONTEXT] = True
        assert case.truth.shape == (SIZE, SIZE, 3) and not (wound.hole & ~core).any() and wound.hole.any()
        assert not np.array_equal(wound.rgb, case.good) and np.array_equal(case.good, case.truth)
        assert set(np.unique(wound.alpha)) <= {0.0, 1.0} or index % EVERY_BOX != EVERY_BOX - 1
        assert np.array_equal(wound.blend > 0, wound.hole)


def test_the_second_round_stands_on_a_filling_and_some_cases_on_nothing() -> None:
    """Truth and prior mixed up; a failure in the cases that have none; cases that change with their number."""
    found = list(cases("eval", 4, membrane_refill, ["ghost", ""]))
    assert [(case.failure, case.source) for case in found] == [
        ("ghost", "truth"), ("", "truth"), ("ghost", "prior"), ("", "prior")]
    assert np.array_equal(found[1].wound.rgb, found[1].truth)
    filled = found[3]
    assert np.array_equal(filled.wound.rgb, filled.good) and not np.array_equal(filled.good, filled.truth)
    assert np.array_equal(filled.good[~filled.wound.hole], filled.truth[~filled.wound.hole])
    again = next(cases("eval", 1, membrane_refill, ["ghost", ""]))
    assert np.array_equal(again.wound.rgb, found[0].wound.rgb)
