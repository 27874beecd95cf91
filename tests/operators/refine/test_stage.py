from __future__ import annotations

import numpy as np
import pytest

from operators.options import RefineOptions
from operators.record import Region
from operators.refine import RefineStage
from tests.operators.overlaid import Case, captioned, hole_of, photo, record_of, visible

CASES = {
    "white": {},
    "black": {"colour": (0, 0, 0), "at": (60, 40)},
    "outlined": {"outline": 3},
    "on texture": {"name": "coffee", "at": (60, 200), "colour": (255, 230, 0)},
    "small": {"size": 20, "outline": 1},
    "translucent": {"level": 0.5, "at": (60, 200)},
}


def jittered(case: Case, seed: int) -> np.ndarray:
    """A quad as detectors give them: corners off by two pixels, a twelfth of the height cut."""
    cut = (case.quad[2, 1] - case.quad[0, 1]) / 12
    quad = case.quad + np.array([[0, cut], [0, cut], [0, -cut], [0, -cut]], np.float32)
    return quad + np.random.default_rng(seed).uniform(-2, 2, (4, 2)).astype(np.float32)


@pytest.mark.parametrize("name", CASES)
def test_hole_covers_the_overlay_and_little_more(name: str) -> None:
    """Ghosts: outlines, anti-aliased rims and shadows left outside the hole; and holes that swallow the scene."""
    case = captioned(**CASES[name])  # type: ignore[arg-type]
    record = case.record(quads=[jittered(case, 3)])
    RefineStage()([record])
    assert record.error == ""
    hole, true = hole_of(record), visible(case.alpha, case.image, case.photo)
    assert (hole & true).sum() >= 0.99 * true.sum()
    assert (hole & ~true).sum() < 3.5 * true.sum()


def test_matte_keeps_its_promises() -> None:
    """A blend that shows the overlay through, or reaches beyond the hole."""
    record = captioned(outline=2).record()
    RefineStage()([record])
    matte = record.regions[0].matte
    assert matte is not None
    assert (matte.blend[matte.alpha > 0] == 1).all()
    assert (matte.blend[~matte.hole] == 0).all()
    assert (matte.blend[matte.hole] > 0).all()
    assert matte.growth > matte.feather > 0
    assert matte.alpha.dtype == matte.blend.dtype == np.float16
    assert matte.colour.shape == (3,)
    assert ((matte.blend > 0) & (matte.blend < 1)).any()


def test_hard_mattes_are_binary() -> None:
    """The switch that ablations rely on doing nothing."""
    record = captioned(size=24).record()
    RefineStage(RefineOptions(alpha="hard"))([record])
    matte = record.regions[0].matte
    assert matte is not None
    assert set(np.unique(matte.alpha)) <= {0, 1} and set(np.unique(matte.blend)) <= {0, 1}


def test_counters_of_letters_stay_open() -> None:
    """A closing that fills the O: context lost, and a blob instead of a stroke to fill."""
    case = captioned(text="O", size=90, at=(60, 330))
    record = case.record()
    RefineStage()([record])
    ys, xs = (case.quad[:, 1].mean(), case.quad[:, 0].mean())
    assert not hole_of(record)[int(ys), int(xs)]


def test_lines_do_not_bridge() -> None:
    """Two lines taken for one blob: the picture between them is still there."""
    one, two = captioned(at=(60, 300), size=30), captioned(at=(60, 350), size=30)
    image = np.where(two.alpha[..., None] > 0, two.image, one.image)
    record = record_of(image, [Region(one.quad, 0.9), Region(two.quad, 0.9)])
    RefineStage()([record])
    middle = int((one.quad[2, 1] + two.quad[0, 1]) / 2)
    assert not hole_of(record)[middle].any()


def test_a_user_box_is_removed_whole() -> None:
    """Colour statistics second-guessing what the user said."""
    quad = np.array([[100, 100], [180, 100], [180, 160], [100, 160]], np.float32)
    record = record_of(photo(), [Region(quad, 1.0, kind="box")])
    RefineStage()([record])
    matte = record.regions[0].matte
    assert matte is not None
    assert hole_of(record)[100:160, 100:180].all()
    assert float(matte.alpha.astype(np.float32).sum()) == 60 * 80


def test_a_user_mask_is_taken_as_it_is() -> None:
    """A mask laid a pixel off, or replaced by its bounding box."""
    mask = np.zeros((40, 50), bool)
    mask[5:35, 20:30] = True
    quad = np.array([[200, 80], [250, 80], [250, 120], [200, 120]], np.float32)
    record = record_of(photo(), [Region(quad, 1.0, kind="mask", mask=mask)])
    RefineStage()([record])
    matte = record.regions[0].matte
    assert matte is not None
    alpha = np.zeros((512, 512), np.float32)
    height, width = matte.alpha.shape
    alpha[matte.y : matte.y + height, matte.x : matte.x + width] = matte.alpha
    expected = np.zeros_like(alpha)
    expected[80:120, 200:250] = mask
    assert np.array_equal(alpha, expected)


@pytest.mark.parametrize("shift", [(-600.0, 0.0), (0.0, 900.0), (480.0, 480.0), (-30.0, -10.0)])
def test_quads_across_the_edge(shift: tuple[float, float]) -> None:
    """Empty or negative crops where a detector's quad leaves the picture."""
    quad = np.array([[0, 0], [120, 0], [120, 30], [0, 30]], np.float32) + np.array(shift, np.float32)
    record = record_of(photo(), [Region(quad, 0.9)])
    RefineStage()([record])
    assert record.error == ""
    matte = record.regions[0].matte
    inside = (quad.max(0) > 0).all() and (quad.min(0) < 512).all()
    assert (matte is not None) == inside
    if matte is not None:
        assert matte.x >= 0 and matte.y >= 0
        assert matte.x + matte.hole.shape[1] <= 512 and matte.y + matte.hole.shape[0] <= 512


@pytest.mark.parametrize(
    "quad", [[[5, 5]] * 4, [[0, 0], [9, 9], [9, 9], [0, 0]], [[40, 9], [10, 9], [10, 30], [40, 30]]]
)
def test_degenerate_quads_do_not_raise(quad: list[list[float]]) -> None:
    """Division by the length of a side that is not there; corners in the other order."""
    record = record_of(photo(), [Region(np.array(quad, np.float32), 0.9)])
    RefineStage()([record])
    assert record.error == ""


def test_without_agreement_the_box_is_the_hole() -> None:
    """A mask nobody believes in, used all the same."""
    case = captioned()
    record = case.record()
    RefineStage(RefineOptions(min_agreement=1.0))([record])
    matte = record.regions[0].matte
    assert matte is not None and matte.candidate == "box"
    x0, y0, x1, y1 = (int(v) for v in (*case.quad[0], *case.quad[2]))
    assert hole_of(record)[y0:y1, x0:x1].all()
