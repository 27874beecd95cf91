"""One picture through the line, without Ray."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage import data

from operators.render import FontBook, render_overlay, render_text
from pipelines.library import clean_image


def test_a_users_mask_erases_the_object_under_it_and_nothing_else() -> None:
    """With `detect: none` the line must be an object eraser; a leak outside the hole would alter the dataset."""
    photo = data.astronaut()[100:300, 100:300].copy()
    mask = np.zeros(photo.shape[:2], np.uint8)
    mask[80:110, 60:120] = 255
    result = clean_image(photo, {"detect": {"model": "none"}}, mask=mask)
    assert result.status == "cleaned" and result.pixels is not None
    changed = (result.pixels != photo).any(axis=2)
    assert changed[85:105, 65:115].mean() > 0.9
    far = cv2.dilate(mask, np.ones((31, 31), np.uint8)) == 0
    assert not changed[far].any()


def test_an_erased_object_has_no_influence_on_its_fill() -> None:
    """If pixels under an opaque mask leaked into the fill, the ghost of the object would come back."""
    photo = data.astronaut()[100:300, 100:300].copy()
    mask = np.zeros(photo.shape[:2], np.uint8)
    mask[80:110, 60:120] = 255
    noisy = photo.copy()
    noisy[mask > 0] = np.random.default_rng(0).integers(0, 256, (int((mask > 0).sum()), 3))
    recipe = {"detect": {"model": "none"}}
    first, second = clean_image(photo, recipe, mask=mask).pixels, clean_image(noisy, recipe, mask=mask).pixels
    assert first is not None and second is not None
    assert np.array_equal(first, second)


PHOTOGRAPHS = ("astronaut", "chelsea", "coffee", "rocket", "immunohistochemistry", "retina")


def test_captions_are_found_and_removed() -> None:
    """Broken weights, or a line that finds captions and leaves them standing. Two of the six are known to be missed: a
    caption that touches lettering of the scene, and one over a lattice."""
    cleaned = 0
    for name in PHOTOGRAPHS:
        photo = np.ascontiguousarray(getattr(data, name)()[:384, :384, :3])
        overlay = render_overlay(photo, "caption", np.random.default_rng(3), FontBook.bundled())
        result, ink = clean_image(overlay.image), overlay.alpha > 0.5
        assert result.pixels is not None
        before, after = (np.abs(x.astype(int) - photo)[ink].mean() for x in (overlay.image, result.pixels))
        cleaned += result.status == "cleaned"
        assert result.status == "untouched" or after < 0.3 * before, name  # nobody can guess the cells of the tissue
    assert cleaned >= 4


@pytest.mark.parametrize("yaw", [-35, -20, 10, 35])
def test_text_turned_away_is_found(yaw: float) -> None:
    """A detector that only knows upright lines, or a hole that loses the far end of a turned one."""
    overlay, _ = render_text(np.ascontiguousarray(data.coffee()), "Old harbour", yaw=yaw, stroke=2)
    hole = np.zeros(overlay.alpha.shape, bool)
    for region in clean_image(overlay.image).regions:
        if region.matte is not None and region.route != "keep":
            height, width = region.matte.hole.shape
            hole[region.matte.y : region.matte.y + height, region.matte.x : region.matte.x + width] |= region.matte.hole
    assert overlay.alpha[hole].sum() > 0.95 * overlay.alpha.sum()


def test_an_unreadable_picture_is_a_result_not_an_exception() -> None:
    """A loop over a folder must survive its first broken file."""
    result = clean_image(b"not a picture")
    assert (result.status, result.data, result.pixels) == ("failed", None, None)
    assert result.error


def test_a_float_array_is_refused_with_its_dtype() -> None:
    """A float image in 0..1 would silently become black."""
    with pytest.raises(ValueError, match="float64"):
        clean_image(np.zeros((8, 8, 3)))
