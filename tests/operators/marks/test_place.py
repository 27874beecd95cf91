"""A known mark on one picture: found, refined, subtracted."""

from __future__ import annotations

import numpy as np
import pytest

from operators.fill.harmonic import fill_membrane
from operators.marks.matte import region_of, regions_of
from operators.marks.place import Found, find_mark
from operators.marks.subtract import subtract
from operators.measure import psnr_in_mask
from operators.picture import Picture
from tests.operators.marks.marked import Marked, jpeg, known, learnt, mark, photos


def _without(case: Marked, found: Found) -> np.ndarray:
    out = case.rgb.astype(np.float32) / 255
    high, wide = found.alpha.shape
    here = np.s_[found.y : found.y + high, found.x : found.x + wide]
    out[here] = fill_membrane(*subtract(out[here], found.alpha, found.colour))
    return out


@pytest.mark.parametrize("edge", [0, 2])
def test_the_picture_comes_back(edge: int) -> None:
    """A silhouette left behind, or grain where the noise of compression was multiplied."""
    before, after = [], []
    for photo in photos()[:12]:
        case, truth = mark(photo, edge=edge), photo.astype(np.float32) / 255
        found = find_mark(known(edge)[0], case.picture)
        assert found is not None
        mask = case.alpha > 0.05
        before.append(psnr_in_mask(case.rgb.astype(np.float32) / 255, truth, mask))
        after.append(psnr_in_mask(_without(case, found), truth, mask))
    assert np.mean(after) > 29 and np.mean(after) > np.mean(before) + 14


def test_pictures_without_the_mark_are_left_alone() -> None:
    """A mark subtracted where it never was leaves its negative on the picture."""
    assert [i for i, photo in enumerate(photos()) if find_mark(known()[0], Picture(jpeg(photo), "JPEG", "RGB"))] == []


def test_opacity_and_place_may_differ_a_little() -> None:
    """A mark drawn fainter, or a pixel aside, leaves its outline when it is subtracted as learnt."""
    case = mark(photos()[3], 0.38, margin=8)
    found = find_mark(known()[0], case.picture)
    assert found is not None
    assert found.scores["mark_x"] == pytest.approx(1, abs=0.3) and found.scores["mark_y"] == pytest.approx(1, abs=0.3)
    assert float(np.median(found.alpha[found.alpha > 0.2])) == pytest.approx(0.38, abs=0.05)


def test_the_region_carries_an_exact_matte() -> None:
    """A hole that leaves the picture, or a blend that lets the mark through."""
    case = mark(photos()[0], margin=0)
    found = find_mark(learnt([mark(photo, margin=0).rgb for photo in photos()[:12]])[0], case.picture)
    assert found is not None
    region = region_of(found, "mark 1")
    matte = region.matte
    assert matte is not None and (region.kind, region.source) == ("mark", "marks")
    height, width = matte.hole.shape
    assert matte.x >= 0 and matte.x + width <= case.rgb.shape[1] and matte.y + height <= case.rgb.shape[0]
    assert (matte.blend[matte.alpha > 0] == 1).all() and (matte.blend[~matte.hole] == 0).all()
    assert matte.growth > matte.feather and matte.colour.shape == (*matte.alpha.shape, 3)
    assert 0.7 <= region.confidence <= 1


def test_a_repeated_mark_is_found_at_every_repeat() -> None:
    """Only the piece that was learnt is subtracted, and the rest of the picture keeps its marks."""
    own = learnt([mark(photo, 0.35, repeat=(160, 66)).rgb for photo in photos()[:16]])[0]
    case = mark(photos()[1], 0.35, repeat=(160, 66))
    found = find_mark(own, case.picture)
    assert found is not None
    covered = case.alpha > 0.1
    assert float((found.alpha[covered] > 0.05).mean()) > 0.9
    regions = regions_of(found, "mark 1", repeated=True)
    assert 6 <= len(regions) <= 24
    assert sum(float(r.matte.alpha.sum()) for r in regions if r.matte) == pytest.approx(found.alpha.sum(), rel=0.05)


def test_subtract_leaves_what_is_not_covered() -> None:
    """A repair that smooths pixels the mark never touched."""
    view = photos()[0][:40, :40].astype(np.float32) / 255
    alpha = np.zeros((40, 40), np.float32)
    alpha[10:20, 10:20], alpha[10, 10] = 0.5, 0.95
    back, lost = subtract(view * (1 - alpha[..., None]) + alpha[..., None], alpha, np.ones((40, 40, 3), np.float32))
    assert (back[alpha == 0] == view[alpha == 0]).all()
    assert lost.sum() == 1 and lost[10, 10]
    assert float(np.abs(back - view)[(alpha > 0) & ~lost].mean()) < 0.03
