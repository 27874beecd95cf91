"""Every remedy on the failure that it is for, and on wounds at the edge of what there is."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import cv2
import numpy as np
import pytest

from operators.remedy import REMEDIES, Mended, Remedy, Wound
from operators.remedy.exemplar import completed
from operators.remedy.regrow import regrown
from operators.remedy.residue import exorcised
from operators.remedy.rim import rimless
from operators.remedy.texture import octave_ratios, textured
from operators.remedy.tone import retoned
from operators.remedy.wound import depth_of, membrane_refill
from tests.operators.remedy.wounds import boxed, error, lettered

EVERY = sorted({remedy for remedies in REMEDIES.values() for remedy in remedies}, key=lambda r: r.__name__)


def tried(remedy: Remedy, wound: Wound) -> list[Mended]:
    return list(remedy(wound, membrane_refill))


@pytest.mark.parametrize("remedy", EVERY, ids=lambda r: r.__name__)
def test_nothing_changes_outside_of_the_hole_that_comes_back(remedy: Remedy) -> None:
    """Catches a remedy that changes pixels it does not own up to, or leaves float64 or values beyond 0..1 behind."""
    for _, wound in (lettered(), boxed()):
        rng = np.random.default_rng(0)
        rough = wound.rgb + np.where(wound.hole[..., None], rng.normal(0.1, 0.1, wound.rgb.shape), 0)
        wound = replace(wound, rgb=np.clip(rough, 0, 1).astype(np.float32))
        found = tried(remedy, wound)
        assert found or remedy is exorcised
        for one in found:
            assert np.array_equal(one.rgb[~one.hole], wound.rgb[~one.hole]) and (one.hole | ~wound.hole).all()
            assert one.rgb.dtype == one.blend.dtype == np.float32 and one.hole.dtype == bool
            assert one.rgb.min() >= 0 and one.rgb.max() <= 1 and not one.blend[~one.hole].any()


@pytest.mark.parametrize("remedy", EVERY, ids=lambda r: r.__name__)
def test_the_same_wound_gives_the_same_bytes(remedy: Remedy) -> None:
    """Catches random numbers that do not come from the wound's seed."""
    _, wound = lettered()
    for one, two in zip(tried(remedy, wound), tried(remedy, wound), strict=True):
        assert one.rgb.tobytes() == two.rgb.tobytes() and np.array_equal(one.hole, two.hole)


@pytest.mark.parametrize("remedy", EVERY, ids=lambda r: r.__name__)
@pytest.mark.parametrize("shape", ["whole", "pixel", "corner", "half"])
def test_odd_holes(remedy: Remedy, shape: str) -> None:
    """Catches an exception, or NaN, where there is no ring, no interior or no room."""
    hole = np.zeros((40, 52), bool)
    hole[{"whole": np.s_[:, :], "pixel": np.s_[20, 30], "corner": np.s_[:3, :3], "half": np.s_[:, 26:]}[shape]] = True
    rgb = np.random.default_rng(1).uniform(0, 1, (40, 52, 3)).astype(np.float32)
    for one in tried(remedy, Wound(rgb, hole.astype(np.float32), hole, hole.astype(np.float32), 0)):
        assert np.isfinite(one.rgb).all() and np.array_equal(one.rgb[~one.hole], rgb[~one.hole])


@pytest.mark.parametrize("shift", [(0.08, 0.08, 0.08), (0.06, 0.0, -0.06)])
def test_a_drift_of_tone_is_taken_back(shift: tuple[float, ...]) -> None:
    """Catches an offset of the wrong sign, or one that the picture's own edges print into."""
    truth, wound = boxed()
    drifted = np.where(wound.hole[..., None], np.clip(truth + np.float32(shift), 0, 1), truth).astype(np.float32)
    first = next(retoned(replace(wound, rgb=drifted), membrane_refill))
    assert error(first.rgb, truth, wound.hole) < 0.4 * error(drifted, truth, wound.hole)


@pytest.mark.parametrize(("share", "moved"), [(0.2, 0), (0.5, 0), (0.2, 2)])
def test_a_ghost_of_the_letters_is_subtracted(share: float, moved: int) -> None:
    """Catches a silhouette that is searched at the wrong place, and a residue added instead of subtracted."""
    truth, wound = lettered()
    shape = (share * np.roll(wound.alpha, (moved, -moved), (0, 1)) * wound.hole)[..., None]
    ghostly = (truth + shape * (1 - truth)).astype(np.float32)
    first = next(exorcised(replace(wound, rgb=ghostly), membrane_refill))
    assert error(first.rgb, truth, wound.hole) < 0.5 * error(ghostly, truth, wound.hole)


def test_without_a_silhouette_nothing_is_subtracted() -> None:
    """Catches a division by the energy of a silhouette that is not there."""
    _, wound = boxed()
    assert tried(exorcised, replace(wound, alpha=np.zeros_like(wound.alpha))) == []


@pytest.mark.parametrize("outside", [False, True])
def test_a_rim_goes_also_where_it_lies_outside(outside: bool) -> None:
    """Catches a hole that does not grow over the fringe of an overlay that it was cut too small for."""
    truth, wound = boxed()
    depth = depth_of(wound.hole)
    rim = ((depth > -3) & (depth < 0)) if outside else ((depth > 0) & (depth < 3))
    rimmed = np.where(rim[..., None], 0.6 * truth + 0.4, truth).astype(np.float32)
    best = min(tried(rimless, replace(wound, rgb=rimmed)), key=lambda m: error(m.rgb, truth, depth > -3))
    assert error(best.rgb, truth, depth > -3) < 0.5 * error(rimmed, truth, depth > -3)
    assert not outside or best.hole[rim].all()


def test_regrown_holes_grow_and_less_where_there_is_texture() -> None:
    """Catches growths that are all alike, and anchors of a dense texture that are thrown away."""
    plain, rng = np.full((96, 96, 3), 0.5, np.float32), np.random.default_rng(0)
    hole = np.zeros((96, 96), bool)
    hole[36:60, 36:60] = True
    dense = np.clip(plain + rng.normal(0, 0.2, plain.shape), 0, 1).astype(np.float32)
    sizes = [[int(m.hole.sum()) for m in tried(regrown, Wound(rgb, hole * 1.0, hole, hole * np.float32(1), 0))]
             for rgb in (plain, dense)]
    assert sizes[0] == sorted(set(sizes[0])) and len(sizes[0]) == 3 and sizes[0][0] > hole.sum()
    assert all(few < many for few, many in zip(sizes[1], sizes[0], strict=False))


@pytest.mark.parametrize("level", [0.08, 0.15])
def test_noise_is_taken_off_and_blur_made_up_for(level: float) -> None:
    """Catches a gain of the wrong direction: rougher where it was too rough, or still plastic where it was smooth."""
    truth, wound = boxed(name="astronaut", at=(300, 60))
    noise = np.random.default_rng(0).normal(0, level, truth.shape)
    noisy = np.where(wound.hole[..., None], np.clip(truth + noise, 0, 1), truth).astype(np.float32)
    smooth = np.where(wound.hole[..., None], cv2.GaussianBlur(truth, (0, 0), 2.5), truth).astype(np.float32)
    calm = next(textured(replace(wound, rgb=noisy), membrane_refill)).rgb
    assert error(calm, truth, wound.hole) < 0.7 * error(noisy, truth, wound.hole)
    before = abs(octave_ratios(smooth, wound.hole)[0])
    after = [abs(octave_ratios(m.rgb, wound.hole)[0]) for m in tried(textured, replace(wound, rgb=smooth))]
    assert before > 1 and min(after) < 0.3 * before


def test_a_flat_picture_gets_no_grain() -> None:
    """Catches noise that is added where the surroundings have none."""
    flat, hole = np.full((64, 64, 3), 0.3, np.float32), np.zeros((64, 64), bool)
    hole[20:44, 20:44] = True
    for one in islice(textured(Wound(flat, hole * 1.0, hole, hole * np.float32(1), 0), membrane_refill), 8):
        assert np.allclose(one.rgb, flat, atol=1e-4)


def test_patches_continue_stripes() -> None:
    """Catches patches that are copied from the wrong place: stripes come out exactly, which no membrane does."""
    stripes = np.repeat((np.arange(96) // 6 % 2)[None], 96, 0)[..., None].repeat(3, 2).astype(np.float32)
    hole = np.zeros((96, 96), bool)
    hole[36:60, 36:60] = True
    filled = completed(np.where(hole[..., None], 0.5, stripes).astype(np.float32), hole)
    assert filled is not None and error(filled, stripes, hole) < 0.02


def test_patches_need_something_to_copy() -> None:
    """Catches an endless search where no whole patch is known."""
    hole = np.ones((30, 30), bool)
    hole[:4] = False
    assert completed(np.zeros((30, 30, 3), np.float32), hole) is None
