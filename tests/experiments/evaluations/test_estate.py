"""Means over pairs."""

from __future__ import annotations

from experiments.evaluations.estate import summary
from experiments.evaluations.unblend import means

ROW = {"unchanged_psnr": 15.0, "ours_psnr": 20.0, "telea_true_psnr": 26.0, "ghost": 0.2, "found": 0.0, "unblended": 0.0}


def test_what_was_not_found_counts_in_the_mean_and_not_among_the_found() -> None:
    """A mean over the pairs that went well, reported as that over all."""
    done = summary([ROW, ROW | {"ours_psnr": 30.0, "found": 1.0}])
    assert done["pairs"] == 2 and done["ours_psnr"] == 25.0 and done["found_ours_psnr"] == 30.0
    assert done["found"] == 0.5
    assert "found_ours_psnr" not in summary([ROW])


def test_means_take_every_row() -> None:
    """A mean of the first picture."""
    assert means([{"a": 1.0}, {"a": 2.0}, {"a": 6.0}]) == {"a": 3.0}
