"""Hard overlays: every kind keeps the truth about its pixels, at any size of picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import skimage.data

from operators.render import HARD_KINDS, FontBook, Overlay, composite, render_hard
from operators.render.bends import arched, waved
from operators.render.draw import contrast
from operators.render.faint import faded, least_contrast
from operators.render.hard import overlay_of
from operators.render.ink import Ink
from operators.render.repeats import repeated
from operators.render.sheet import Layer, Sheet, paint_sheet
from operators.render.warp import rotation, shift

FONTS = FontBook.bundled()


def photo(name: str = "coffee", width: int = 320, height: int = 240) -> np.ndarray:
    return np.asarray(cv2.resize(getattr(skimage.data, name)(), (width, height), interpolation=cv2.INTER_AREA))


PHOTO = photo()


def draw(kind: str, seed: int, picture: np.ndarray = PHOTO) -> Overlay:
    return overlay_of(kind, picture, np.random.default_rng(seed), FONTS)


def inside(overlay: Overlay) -> np.ndarray:
    mask = np.zeros(overlay.alpha.shape, np.uint8)
    for region in overlay.regions:
        cv2.fillConvexPoly(mask, np.rint((region.quad - 0.5) * 16).astype(np.int32), 1, cv2.LINE_8, 4)
    return mask > 0


@pytest.mark.parametrize("kind", HARD_KINDS)
def test_image_is_the_composite(kind: str) -> None:
    """Would catch an image that does not follow from photo, alpha and colour: wrong truth for the segmenter."""
    kept = PHOTO.copy()
    for seed in range(5):
        overlay = draw(kind, seed)
        assert np.array_equal(overlay.image, composite(PHOTO, overlay.alpha, overlay.colour))
        assert overlay.image.dtype == np.uint8 and overlay.alpha.dtype == overlay.colour.dtype == np.float32
        assert overlay.alpha.min() >= 0 and 0.02 < overlay.alpha.max() <= 1
        assert overlay.colour.min() >= 0 and overlay.colour.max() <= 1
        assert not overlay.colour[overlay.alpha == 0].any()
    assert np.array_equal(PHOTO, kept)


@pytest.mark.parametrize("kind", HARD_KINDS)
def test_quads_hold_the_ink(kind: str) -> None:
    """Would catch quads that miss a bend, an outline, a repeat or a share of the box."""
    for seed in range(6):
        overlay = draw(kind, seed)
        assert overlay.regions and all(region.kind == kind for region in overlay.regions)
        assert (overlay.alpha * inside(overlay)).sum() >= 0.93 * overlay.alpha.sum(), seed


@pytest.mark.parametrize("kind", HARD_KINDS)
@pytest.mark.parametrize("size", [(64, 64), (400, 40), (40, 400), (16, 16)])
def test_small_and_odd_sizes(kind: str, size: tuple[int, int]) -> None:
    """Would catch layouts that assume room: empty crops, negative sizes, marks outside the picture."""
    picture = photo("astronaut", *size)
    for seed in range(3):
        overlay = draw(kind, seed, picture)
        assert overlay.image.shape == picture.shape
        for region in overlay.regions:
            assert region.quad.shape == (4, 2) and region.quad.dtype == np.float32
            assert (region.quad.mean(0) > -1).all() and (region.quad.mean(0) < np.array(size) + 1).all()


def test_same_seed_same_bytes() -> None:
    """Would catch a global generator, time or hash order leaking into pixels."""
    for seed in range(12):
        first, second = (render_hard(PHOTO, np.random.default_rng(seed), FONTS) for _ in range(2))
        assert first.image.tobytes() == second.image.tobytes() and first.kind == second.kind
        assert all(np.array_equal(a.quad, b.quad) for a, b in zip(first.regions, second.regions, strict=True))
    assert len({render_hard(PHOTO, np.random.default_rng(seed), FONTS).kind for seed in range(60)}) > 10


def test_hard_is_still_visible() -> None:
    """Would catch overlays that nobody can see: labels without anything to learn from."""
    seen = [contrast(PHOTO, render_hard(PHOTO, np.random.default_rng(seed), FONTS)) for seed in range(60)]
    assert min(seen) > 0.03 and np.mean(np.array(seen) < 0.15) > 0.1


@pytest.mark.parametrize("through_alpha", [True, False])
def test_faded_has_the_share(through_alpha: bool) -> None:
    """Would catch fading that changes the picture but not its truth, or by another share."""
    overlay = draw("badge", 3)
    faint = faded(PHOTO, overlay, 0.3, through_alpha)
    assert np.array_equal(faint.image, composite(PHOTO, faint.alpha, faint.colour))
    if through_alpha:
        assert contrast(PHOTO, faint) == pytest.approx(0.3 * contrast(PHOTO, overlay), rel=0.1)
    else:
        assert np.array_equal(faint.alpha, overlay.alpha) and contrast(PHOTO, faint) < contrast(PHOTO, overlay)
    assert faded(PHOTO, overlay, 1.2, True) is overlay


def test_texture_asks_for_contrast() -> None:
    """Would catch a threshold that lets ink drown in texture."""
    flat = np.full_like(PHOTO, 128)
    busy = np.random.default_rng(0).integers(0, 256, PHOTO.shape).astype(np.uint8)
    needed = [least_contrast(picture, draw("badge", 0, picture)) for picture in (flat, busy)]
    assert needed[1] > 2 * needed[0]


def bar() -> Sheet:
    return paint_sheet([Layer(Ink(np.ones((8, 120), np.float32), 0, 0), (1.0, 1.0, 1.0))], ["bar"])


@pytest.mark.parametrize("degrees", [40.0, 150.0, -40.0, -150.0])
def test_an_arc_keeps_the_ink(degrees: float) -> None:
    """Would catch an arc that cuts the line's ends, or bends it to the wrong side."""
    bent = arched(bar(), degrees)
    ink = bent.rgba[..., 3]
    assert ink.sum() == pytest.approx(8 * 120, rel=0.05)
    rows = np.arange(len(ink))
    middle = np.average(rows, weights=ink[:, ink.shape[1] // 2 - 2 : ink.shape[1] // 2 + 2].sum(1))
    end = np.average(rows, weights=ink[:, np.nonzero(ink.max(0) > 0.5)[0][:4]].sum(1))
    assert (end > middle) == (degrees > 0)


def test_a_wave_keeps_the_ink() -> None:
    """Would catch a wave whose crests leave the sheet."""
    assert waved(bar(), 6.0, 2.0, 1.0).rgba[..., 3].sum() == pytest.approx(8 * 120, rel=0.03)


@pytest.mark.parametrize("staggered", [True, False])
def test_repeats_lie_in_their_quads(staggered: bool) -> None:
    """Would catch quads that are not where the repeats are, staggered rows above all."""
    plane = shift(90, 60) @ rotation(25)
    sheet = repeated(paint_sheet(bar_layers(), ["x"]), np.array([40, 24]), plane, staggered, 180, 120)
    mask = np.zeros((120, 180), np.uint8)
    for quad in sheet.quads:
        cv2.fillConvexPoly(mask, np.rint((quad - 0.5) * 16).astype(np.int32), 1, cv2.LINE_8, 4)
    ink = sheet.rgba[..., 3]
    assert ink[mask == 1].sum() > 0.95 * ink.sum() and mask.mean() < 0.35 and len(sheet.texts) == len(sheet.quads)


def bar_layers() -> list[Layer]:
    return [Layer(Ink(np.ones((10, 22), np.float32), 0, 0), (1.0, 1.0, 1.0))]


def test_wrong_arguments() -> None:
    """Would catch an unknown kind or a float picture getting through."""
    with pytest.raises(ValueError, match="kind must be one of"):
        draw("caption", 0)
    with pytest.raises(ValueError, match="uint8"):
        render_hard(np.zeros((10, 10, 3), np.float32), np.random.default_rng(0), FONTS)
    with pytest.raises(LookupError):
        overlay_of("line", PHOTO, np.random.default_rng(0), FontBook(()))
