"""Recipes side by side, on a case whose result is known beforehand."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.evaluations import recipes as module
from experiments.evaluations.recipes import row_of, summary
from operators.verify.picture import FAIL
from pipelines.library import CleanImage
from pipelines.recipe import Recipe
from tests.experiments.evaluations.test_kinds import made_case, made_result


def test_a_spoilt_seam_is_counted_and_a_perfect_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seams counted outside the hole, or a verdict that is lost, would make all recipes look alike."""
    case = made_case()
    good = made_result(case, "prior")
    monkeypatch.setattr(module, "clean_image", lambda data, recipe: good)
    perfect = row_of(case, Recipe())
    assert perfect["visible"] == perfect["failed"] == 0 < perfect["holes"] and perfect["seconds"] >= 0
    assert good.pixels is not None
    shifted = np.where(case.overlay.alpha[..., None] > 0, 255 - good.pixels, good.pixels).astype(np.uint8)
    bad = CleanImage(b"", shifted, "cleaned", "", "", good.regions, {}, {}, verdict=FAIL)
    monkeypatch.setattr(module, "clean_image", lambda data, recipe: bad)
    spoilt = row_of(case, Recipe())
    assert 0 < spoilt["visible"] <= spoilt["holes"] == perfect["holes"]
    assert spoilt["failed"] == 1 and spoilt["psnr"] < 20 < perfect["psnr"]


def test_a_line_that_fails_is_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    """A recipe that breaks on hard pictures would look better for it."""
    failed = CleanImage(b"", None, "failed", "", "no net", [], {}, {})
    monkeypatch.setattr(module, "clean_image", lambda data, recipe: failed)
    with pytest.raises(RuntimeError, match="one: no net"):
        row_of(made_case(), Recipe())


def test_pictures_are_averaged_and_seams_added() -> None:
    """A mean of seams says nothing beside a sum of holes."""
    rows = [{"psnr": 20.0, "visible": 1, "holes": 4, "failed": 0.0, "seconds": 1.0},
            {"psnr": 22.0, "visible": 2, "holes": 3, "failed": 1.0, "seconds": 3.0}]
    assert summary(rows) == {"pictures": 2, "psnr": 21.0, "failed": 0.5, "seconds": 2.0, "visible": 3, "holes": 7}
