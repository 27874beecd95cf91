"""The mend stage: what failed is treated, judged again, and written back where it got better."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from operators.fill import PriorStage
from operators.measure import composed
from operators.options import VerifyOptions
from operators.record import ImageRecord, from_table, to_table
from operators.remedy.stage import MendStage
from operators.tiles import Box
from operators.verify.regions import surroundings
from operators.verify.stage import ReverifyStage
from operators.verify.views import seam_views
from tests.operators.fill.fakes import Noise
from tests.operators.fill.test_stage_generators import WHOLE, fills, two_lines
from tests.operators.overlaid import hole_of
from tests.operators.verify.fakes import Measures, Says
from tests.operators.verify.test_stage import one_line

RULE = VerifyOptions(weights="none", max_risk=0.5)
ON = VerifyOptions(weights="embedded", max_risk=0.5, rounds=2)


def off_by(record: ImageRecord, level: float = 0.3) -> ImageRecord:
    PriorStage(generators={"prior": Noise("prior", 128, level)})([record])
    return record


def mended(record: ImageRecord, verifier: Any, **options: Any) -> ImageRecord:
    ReverifyStage(RULE, verifier=verifier)([record])
    stage = MendStage(ON.model_copy(update=options), verifier=verifier, generator=Noise("diffusion", 64, 0.0))
    stage([record])
    assert record.error == "", record.error
    return record


def dark(of: ImageRecord) -> Measures:
    """A risk that grows with how far the hole's mean is from what it is in `of`, of colour drift."""
    mean = float(composed(of, WHOLE)[hole_of(of)].mean())
    return Measures(failure="colour_drift",
                    of=lambda rgb, hole: float(1 / (1 + np.exp(8 - 40 * abs(float(rgb[hole].mean()) - mean)))))


def test_a_drift_is_mended_and_on_record() -> None:
    """A loop that never helps, helps without a word, or writes its trial somewhere else."""
    good, record = off_by(one_line(), 0.0), off_by(one_line())
    before = composed(record, WHOLE)
    record = mended(record, dark(good))
    (region,) = record.regions
    assert region.path[:2] == ["prior", "failed"] and region.path[-1] == "passed" and "retoned" in region.path
    assert region.scores["risk"] < 0.5 < region.scores["risk_first"] and record.verdict == "pass"
    assert "mended: retoned" in region.reason
    change = np.abs(composed(record, WHOLE) - before).max(2) > 1e-4
    assert change[hole_of(record)].mean() > 0.9 and not change[~hole_of(record)].any()
    error = np.abs(composed(record, WHOLE) - composed(good, WHOLE))[hole_of(record)].mean()
    assert error < 0.15, "a drift of 0.3 must be halved at least"


def test_what_no_remedy_helps_stays_as_it_was_and_fails() -> None:
    """A filling made worse by remedies, or passed because something was tried."""
    record = off_by(one_line())
    before = fills(record)
    record = mended(record, Says(0.9))
    assert fills(record) == before and record.verdict == "fail"
    assert record.regions[0].path == ["prior", "failed", "no remedy", "failed"]


@pytest.mark.parametrize("off", [{"rounds": 0}, {"weights": "none"}])
def test_remedies_can_be_switched_off(off: dict[str, Any]) -> None:
    """Minutes spent on remedies that nobody asked for."""
    record = off_by(one_line())
    before = fills(record)
    assert fills(mended(record, Says(0.9, "colour_drift"), **off)) == before


def test_a_grown_hole_reaches_matte_and_tiles_and_leaves_the_neighbour_alone() -> None:
    """Pixels changed that the record calls original; a neighbouring line filled with what it never was."""
    record = two_lines()
    record.regions[1].route = "prior"
    off_by(record)
    untouched = Box(0, 0, 512, int(record.regions[0].quad[:, 1].min()) - 40, ())
    before, hole = composed(record, WHOLE), hole_of(record)
    small = [int(r.matte.hole.sum()) for r in record.regions if r.matte]

    seen = [surroundings(record, k) for k in range(2)]
    as_it_was = {int(view.hole.sum()) for one in seen for cut in (one.hole, one.own)
                 for view in seam_views(one.rgb, one.alpha, cut, one.own)}

    def until_it_grows(rgb: np.ndarray, own: np.ndarray) -> float:
        return 0.8 if int(own.sum()) in as_it_was else 0.2

    record = mended(record, Measures(failure="ghost", of=until_it_grows))
    grown = [int(r.matte.hole.sum()) for r in record.regions if r.matte]
    regrown = [k for k, r in enumerate(record.regions) if "regrown" in r.path]
    assert regrown and all(grown[k] > small[k] for k in regrown)
    changed = np.abs(composed(record, WHOLE) - before).max(2) > 1e-4
    assert not (changed & ~hole_of(record)).any() and (hole_of(record) & ~hole).any()
    assert not changed[untouched.y0 : untouched.y1].any()
    (again,) = from_table(to_table([record]))
    again._picture = record._picture
    assert np.array_equal(composed(again, WHOLE), composed(record, WHOLE))


def test_the_same_bytes_in_any_window() -> None:
    """Remedies drawn from the order in which pictures came."""
    def one(key: str) -> ImageRecord:
        record = one_line()
        record.key = key
        return off_by(record)

    good = off_by(one_line(), 0.0)
    alone = mended(one("b"), dark(good))
    first, second = one("a"), one("b")
    verifier = dark(good)
    ReverifyStage(RULE, verifier=verifier)([first, second])
    MendStage(ON, verifier=verifier, generator=Noise("diffusion", 64, 0.0))([first, second])
    assert fills(second) == fills(alone)
