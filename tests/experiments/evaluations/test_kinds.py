"""The whole line by kind, on a case whose result is known beforehand."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.evaluations import kinds as module
from experiments.evaluations.kinds import picture_row, summary, verdict
from experiments.evaluations.rendered import RenderedCase, jpeg
from operators.record import Matte, Region
from operators.render import Overlay
from operators.render.overlay import OverlayRegion
from pipelines.library import CleanImage
from pipelines.recipe import Recipe
from tests.operators.overlaid import captioned


def made_case() -> RenderedCase:
    """A caption on a photograph that skimage ships."""
    case = captioned()
    region = OverlayRegion(case.quad, "Hello, old world", "caption")
    overlay = Overlay("caption", case.image, case.alpha, np.zeros_like(case.image, np.float32), [region])
    return RenderedCase("one", overlay, case.photo, jpeg(case.image))


def made_result(case: RenderedCase, route: str) -> CleanImage:
    """The photograph itself, by a region with the true matte that went that route."""
    alpha = case.overlay.alpha
    matte = Matte(0, 0, alpha.astype(np.float16), alpha > 0, (alpha > 0).astype(np.float16), np.ones(3, np.float32), 9,
                  3, 1.4)
    region = Region(np.zeros((4, 2), np.float32), 0.9, route=route, matte=matte)
    return CleanImage(b"", case.photo, "cleaned", "", "", [region], {}, {})


def test_a_perfect_line_and_one_that_keeps_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """A region that is kept counted as found, or methods that change places."""
    case = made_case()
    for route, found in (("prior", 1.0), ("keep", 0.0)):
        monkeypatch.setattr(module, "clean_image", lambda data, recipe, route=route: made_result(case, route))
        row = picture_row(case, Recipe())
        assert row["ours"] == 60 > row["telea"] > row["unchanged"] and row["found"] == found


def test_the_goal_is_counted_by_kind() -> None:
    """A kind with many pictures that weighs more, or gains whose sign is turned."""
    better, worse = ({"unchanged": 10.0, "telea": 20.0, "ours": v, "found": 1.0} for v in (22.0, 19.0))
    table = {"caption": summary([better] * 4), "logo": summary([worse])}
    assert verdict(table) == {"unchanged": 10.0, "telea": 20.0, "ours": 20.5, "kinds": 2, "above_telea": 1}
