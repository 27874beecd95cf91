"""The measures of one attempt, where their values are known."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.evaluation.loading import Loaded
from pipelines.evaluation.measures import BY_NAME, MEASURES, Judge
from pipelines.evaluation.methods import Attempt
from tests.pipelines.evaluation.pairs_on_disk import small_case

NOTHING = np.zeros((200, 240), bool)


def pair(*, overlay: bool = True) -> Loaded:
    case = small_case()
    before = case.image if overlay else case.photo
    return Loaded("a", "", b"", before, case.photo, (case.alpha > 0.05) & overlay, "given", None)


def test_the_target_itself_is_perfect_and_the_input_is_not() -> None:
    """Catches measures that compare with the input, and infinities that no mean and no JSON can take."""
    judge = Judge(pair())
    perfect, nothing = (judge.values(Attempt(x, NOTHING)) for x in (judge.pair.target, judge.pair.before))
    assert perfect["psnr_mask"] == perfect["psnr"] == 100 and perfect["rmse_mask"] == perfect["age"] == 0
    assert perfect["ssim_band"] == perfect["ms_ssim"] == pytest.approx(1)
    assert nothing["psnr_mask"] is not None and nothing["psnr_mask"] < 15
    for name in ("ghost", "colour_drift"):
        assert BY_NAME[name].badness(nothing[name]) > BY_NAME[name].badness(perfect[name])
    assert perfect.keys() | {"residual"} == {measure.name for measure in MEASURES}


def test_only_what_lies_far_from_the_mask_counts_as_outside() -> None:
    """Catches the grown hole blamed as damage, and real damage far away that nobody sees."""
    judge = Judge(pair())
    rows, columns = np.nonzero(judge.pair.mask)
    near, far = judge.pair.before.copy(), judge.pair.before.copy()
    near[rows.min() - 10, columns[0]] ^= 64
    far[0, 0] ^= 64
    assert judge.values(Attempt(near, NOTHING))["outside_max"] == 0
    damaged = judge.values(Attempt(far, NOTHING))
    assert damaged["outside_max"] == 64 and 0 < (damaged["outside_share"] or 0) < 1e-4


def test_a_pair_without_overlay_has_no_mask_to_measure() -> None:
    """Catches NaN in the JSON and a crash on the clean pictures that a test of false alarms is made of."""
    judge = Judge(pair(overlay=False))
    values = judge.values(Attempt(judge.pair.before, NOTHING))
    assert values["psnr_mask"] is None and values["ghost"] is None and values["ssim_band"] is None
    assert values["psnr"] == 100 and values["outside_share"] == 0


def test_small_pictures_have_no_multi_scale_similarity() -> None:
    """Catches the ValueError of a coarsest scale that is smaller than its window."""
    whole = pair()
    box = slice(100, 160), slice(0, 200)
    small = Loaded("a", "", b"", *(x[box] for x in (whole.before, whole.target, whole.mask)), "given", None)
    assert Judge(small).values(Attempt(small.before, NOTHING[box]))["ms_ssim"] is None
