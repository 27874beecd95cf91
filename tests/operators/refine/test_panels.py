from __future__ import annotations

import numpy as np
import pytest

from operators.compose import composite
from operators.fill.base import BaseStage
from operators.options import FillOptions, RefineOptions
from operators.picture import Picture
from operators.record import ImageRecord, Matte, Region
from operators.refine import RefineStage
from operators.refine.panels import region_of, without
from operators.route import PrepareStage
from tests.operators.overlaid import hole_of
from tests.operators.paneled import paneled


def refined(options: RefineOptions | None = None, **look: object) -> tuple[ImageRecord, np.ndarray, np.ndarray]:
    """(record, what shows where the overlay is (h, w), the photograph)."""
    case, panel = paneled(**look)  # type: ignore[arg-type]
    record = case.record()
    RefineStage(options or RefineOptions())([record])
    assert record.error == ""
    cover = panel.level * panel.coverage(0, 0, record.width, record.height)
    return record, 1 - (1 - case.alpha) * (1 - cover), case.photo


@pytest.mark.parametrize("scale", [1, 257])
def test_a_panel_taken_away_leaves_the_picture(scale: int) -> None:
    """The inversion the wrong way round, pixels outside of the panel changed, or 16 bits taken for 8."""
    case, panel = paneled()
    image = case.image.astype(np.uint16) * np.uint16(scale) if scale > 1 else case.image
    back = without(Picture(image, "PNG", "RGB"), [panel]).rgb
    inside = panel.coverage(0, 0, 451, 300)
    bare = (inside == 1) & (case.alpha == 0)
    assert back.dtype == image.dtype
    assert np.abs(back.astype(int) - scale * case.photo.astype(int))[bare].max() <= 3 * scale
    assert (back == image)[inside == 0].all()


def test_letters_and_panel_share_the_pixels_out() -> None:
    """Pixels that belong to both are filled twice and mixed; those that belong to neither keep the panel."""
    record, alpha, _ = refined()
    text, panel = record.regions
    assert (text.kind, panel.kind) == ("text", "panel")
    holes = []
    for region in (text, panel):
        only = ImageRecord("k", b"", width=record.width, height=record.height, regions=[region])
        holes.append(hole_of(only))
    assert not (holes[0] & holes[1]).any()
    assert ((holes[0] | holes[1]) >= (alpha > 0.05)).all()


def test_mattes_say_how_much_of_each_pixel_is_overlay() -> None:
    """The letters' alpha that of the picture without the panel; a blend that lets the panel shine through."""
    record, alpha, _ = refined()
    for region in record.regions:
        matte = region.matte
        assert matte is not None
        there = slice(matte.y, matte.y + matte.hole.shape[0]), slice(matte.x, matte.x + matte.hole.shape[1])
        own = matte.hole & (matte.alpha > 0)
        assert np.abs(matte.alpha.astype(np.float32) - alpha[there])[own].mean() < 0.08
        assert (matte.blend[own] == 1).all()


def test_what_a_panel_lets_through_comes_back() -> None:
    """The whole panel invented, or its tone, outline or noise left: far from the photograph either way."""
    record, alpha, photo = refined(level=0.5)
    for stage in (PrepareStage(), BaseStage(FillOptions(prior="harmonic", diffusion="harmonic"))):
        stage([record])
    assert record.error == "" and record.regions[1].route == record.regions[1].generator == "unblend"
    result = composite(record.picture(), record.tiles)[0].astype(float)
    only = ImageRecord("k", b"", width=record.width, height=record.height, regions=record.regions[1:])
    between = hole_of(only) & (alpha > 0.45) & (alpha < 0.55)
    assert between.sum() > 0.3 * (alpha > 0.4).sum()
    assert np.abs(result - photo)[between].mean() < 5.0
    assert np.abs(record.picture().rgb.astype(float) - photo)[between].mean() > 25.0


@pytest.mark.parametrize("options, level", [(RefineOptions(), 0.97), (RefineOptions(alpha="hard"), 0.6)])
def test_what_lets_nothing_through_is_one_hole(options: RefineOptions, level: float) -> None:
    """An opaque panel computed back to noise; hard mattes with soft panels; letters cut out of the hole."""
    record, alpha, _ = refined(options, level=level)
    panel = record.regions[1]
    assert panel.features["alpha"] == 1.0 and panel.matte is not None
    assert (panel.matte.alpha[panel.matte.hole] <= 1).all() and panel.matte.hole.mean() > 0.98
    PrepareStage()([record])
    assert panel.route in ("flat", "prior", "diffusion")


def test_letters_that_leave_nothing_of_their_panel_stand_for_both() -> None:
    """A crash where the hole of the letters is the whole panel, as where no matte agrees with the box."""
    case, panel = paneled()
    x0, y0, x1, y1 = panel.box(8, 451, 300)
    everything = np.ones((y1 - y0, x1 - x0), np.float16)
    matte = Matte(x0, y0, everything, everything > 0, everything, np.ones(3, np.float32), 9.0, 3.0, 1.4)
    line = Region(case.quad, 0.9, matte=matte)
    assert region_of(panel, Picture(case.image, "PNG", "RGB"), [line], RefineOptions()) is None


def test_panels_can_be_left_alone() -> None:
    """The switch that ablations rely on doing nothing."""
    record, _, _ = refined(RefineOptions(panels=False))
    assert [region.kind for region in record.regions] == ["text"]
