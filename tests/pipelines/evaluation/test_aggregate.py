"""Means and their intervals."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.evaluation.aggregate import by_kind, grouped, mean_of
from pipelines.evaluation.methods import OURS, TARGET, UNCHANGED
from pipelines.evaluation.row import Row
from tests.pipelines.evaluation.made_up import row


def test_an_interval_covers_the_mean_as_often_as_it_says() -> None:
    """Catches an interval of the values in place of the mean, or one of half the width."""
    rng = np.random.default_rng(1)
    intervals = [mean_of(list(rng.normal(3, 1, 60)), seed) for seed in range(60)]
    assert sum(i is not None and i.low <= 3 <= i.high for i in intervals) >= 52
    assert all(i is not None and 0.3 < i.high - i.low < 0.7 for i in intervals)


def test_the_same_values_give_the_same_interval_and_missing_ones_do_not_count() -> None:
    """Catches figures that change from run to run, and a value that could not be taken counted as 0."""
    values = [1.0, None, 4.0, 2.5]
    first = mean_of(values, 3)
    assert first == mean_of([v for v in values if v is not None], 3) and first is not None
    assert (first.mean, first.count) == (2.5, 3) and first.low < 2.5 < first.high
    assert mean_of([None]) is None


def test_edges_and_smears_do_not_cancel() -> None:
    """Catches a gradient ratio of 0 on average from two holes that both show."""
    rows = [row("edge", 20), row("smear", 20)]
    for one, value in zip(rows, (0.5, -0.7), strict=True):
        one.methods[OURS]["gradient_ratio"] = value
    assert grouped(rows).mean(OURS, "gradient_ratio") == pytest.approx(0.6)


def test_kinds_are_told_apart_and_bad_pairs_left_out() -> None:
    """Catches a pair that was not measured pulling the means down, and kinds that mix."""
    rows = [row("a", 30, "caption"), row("b", 10, "stamp"), Row("c", problem="no target"), row("d", 20)]
    kinds, overall = by_kind(rows), grouped(rows)
    assert {kind: group.mean(OURS, "psnr_mask") for kind, group in kinds.items()} == {"caption": 30, "stamp": 10}
    assert overall.pairs == 3 and overall.mean(OURS, "psnr_mask") == 20 and overall.mean(UNCHANGED, "psnr_mask") == 20
    assert overall.mean(TARGET, "psnr_mask") is None and overall.own_mean("alpha_mae") is None
