"""The copies of before and after, and the overlay of changed pixels."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
from PIL import Image

from pipelines.report.data import Case
from pipelines.report.grid import contact_sheet
from pipelines.report.pictures import LONG_SIDE, case_pictures
from tests.pipelines.report.made_up import cleaned, encoded, photo


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_changed_pixels_are_those_that_differ() -> None:
    """Catches a hole drawn at the wrong place or turned inside out."""
    views = case_pictures(cleaned("a"), 7)
    stencil = np.asarray(opened(views.files[views.hole]).convert("RGBA"))[..., 3]
    before, after = photo(), photo()
    before[30:80, 20:220] = 255
    assert np.array_equal(stencil > 0, (before != after).any(2))
    assert views.changed is not None and 0.06 < views.changed < 0.08
    names = ("after.webp", "before.webp", "hole.png", "thumb.webp")
    assert sorted(views.files) == [f"pictures/0007-{name}" for name in names]


def test_the_written_hole_wins() -> None:
    """Catches a page that shows the differences although the job wrote the true hole."""
    hole = np.zeros((300, 451), np.uint8)
    hole[100:110, 200:220] = 255
    views = case_pictures(replace(cleaned("a"), hole_png=encoded(hole)), 0)
    stencil = np.asarray(opened(views.files[views.hole]).convert("RGBA"))[..., 3]
    assert np.array_equal(stencil > 0, hole > 0)


def test_copies_are_bounded() -> None:
    """Catches a page that carries full-size pictures."""
    large = encoded(np.tile(photo(), (4, 6, 1)), "JPEG")
    views = case_pictures(Case("a", "cleaned", before=large, after=large), 0)
    assert max(opened(views.files[views.before]).size) == LONG_SIDE
    assert (views.width, views.height) == (2706, 1200)  # regions are in pixels of the original


def test_upright_like_the_regions() -> None:
    """Catches before and after shown lying down, while the regions are upright."""
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = encoded(photo(), "JPEG", exif=exif)
    views = case_pictures(Case("a", "untouched", before=turned, after=turned), 0)
    assert (views.width, views.height) == (300, 451)
    assert opened(views.files[views.after]).size == (300, 451)


def test_sizes_that_differ_are_not_compared() -> None:
    """Catches a crash on a result of another size."""
    views = case_pictures(Case("a", "cleaned", before=encoded(photo()), after=encoded(photo()[:200])), 0)
    assert views.changed is None and views.hole == ""


def test_contact_sheet_of_nothing_and_of_odd_labels() -> None:
    """Catches a sheet that fails without pairs, or on a key that its font cannot write."""
    assert opened(contact_sheet([])).size[0] > 600
    picture = encoded(photo())
    sheet = opened(contact_sheet([("日本/" + "x" * 400, picture, picture)] * 30))
    assert sheet.height < 2000  # bounded, whatever it is given
