from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from operators.fill import FillStage
from operators.fill.harmonic import fill_membrane
from operators.measure import composed
from operators.options import FillOptions
from operators.record import ImageRecord, Matte, Region
from operators.refine import RefineStage
from operators.route import PrepareStage
from operators.tiles import Box
from tests.operators.overlaid import captioned, hole_of, photo, record_of

PLAIN = FillOptions(prior="harmonic", diffusion="harmonic")


def filled(record: ImageRecord) -> ImageRecord:
    for stage in (RefineStage(), PrepareStage(), FillStage(PLAIN)):
        stage([record])
        assert record.error == "", record.error
    return record


@given(seed=st.integers(0, 2**31), at=st.tuples(st.integers(0, 180), st.integers(0, 460)))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_the_hole_covers_has_no_influence(seed: int, at: tuple[int, int]) -> None:
    """A fill that reads the text it is to replace."""
    case = captioned(at=at, size=24)
    first = case.record()
    RefineStage()([first])
    for region in first.regions:
        region.features["alpha"] = 1.0
    hole = hole_of(first)
    noisy = case.image.copy()
    noisy[hole] = np.random.default_rng(seed).integers(0, 256, (int(hole.sum()), 3))
    second = record_of(noisy, first.regions)
    fills = []
    for record in (first, second):
        PrepareStage()([record])
        FillStage()([record])
        fills.append([t.fill for t in record.tiles])
    assert fills[0] and all(np.array_equal(a, b) for a, b in zip(*fills, strict=True))


def test_says_what_filled_it() -> None:
    """Routes of generators that the recipe does not name, passed off as theirs."""
    record = filled(captioned().record())
    assert {r.generator for r in record.regions} == {"harmonic"}
    assert {t.generator for t in record.tiles} == {"harmonic"}
    assert all(t.fill is not None and t.fill.dtype == np.uint16 and t.fill.shape == (t.height, t.width, 3)
               for t in record.tiles)


def given_matte(image: np.ndarray, box: tuple[int, int, int, int], alpha: np.ndarray, colour: float) -> ImageRecord:
    """A record with one region whose matte is known."""
    x0, y0, x1, y1 = box
    quad = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float32)
    hole = alpha > 0
    matte = Matte(x0, y0, alpha.astype(np.float16), hole, hole.astype(np.float16), np.full(3, colour, np.float32),
                  4.0, 3.0, 1.4)
    level = float(alpha.max())
    features = {"alpha": level, "texture": 0.1, "line_height": float(y1 - y0)}
    return record_of(image, [Region(quad, 0.9, features=features, matte=matte)])


def test_a_wrong_opacity_falls_back_to_a_fill_and_says_so() -> None:
    """Un-blending that leaves the letters readable, shipped as a success."""
    case = captioned("coffee", (60, 300), level=0.6)
    x0, y0, x1, y1 = (int(v) for v in (*case.quad[0], *case.quad[2]))
    crop = case.alpha[y0:y1, x0:x1]
    right = given_matte(case.image, (x0, y0, x1, y1), crop, 1.0)
    wrong = given_matte(case.image, (x0, y0, x1, y1), 0.5 * crop, 1.0)
    for record in (right, wrong):
        PrepareStage()([record])
        assert record.regions[0].route == "unblend"
        FillStage(PLAIN)([record])
    assert right.regions[0].generator == "unblend"
    assert wrong.regions[0].generator == "harmonic"
    assert "ghost" in wrong.regions[0].reason
    truth = case.photo[y0:y1, x0:x1].astype(np.float32) / 255
    error = np.abs(composed(right, Box(x0, y0, x1, y1, ())) - truth)[crop > 0]
    assert error.mean() < 0.02


def test_a_hole_larger_than_a_tile_has_no_seam() -> None:
    """Pieces of a cut hole that know nothing of each other: black centres and steps where they meet."""
    image = photo()
    box = np.array([[20, 30], [500, 30], [500, 480], [20, 480]], np.float32)
    record = record_of(image, [Region(box, 1.0, kind="box", source="recipe")])
    options = PLAIN.model_copy(update={"tile_side": 256})
    for stage in (RefineStage(), PrepareStage(fill=options), FillStage(options)):
        stage([record])
        assert record.error == "", record.error
    assert len(record.tiles) > 3
    got = composed(record, Box(0, 0, 512, 512, ()))
    whole = fill_membrane(image.astype(np.float32) / 255, hole_of(record), cycles=10)
    inside = np.s_[60:450, 50:470]
    assert np.abs(got - whole)[inside].max() < 0.06
    assert np.abs(np.diff(got[inside], axis=1)).max() < 0.02


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_sixteen_bits_are_filled_as_eight(dtype: type) -> None:
    """A scale of 255 assumed for 16-bit pictures."""
    case = captioned()
    image = case.image if dtype == np.uint8 else case.image.astype(np.uint16) * 257
    record = filled(record_of(image, [Region(case.quad, 0.9)]))
    view = composed(record, Box(0, 0, 512, 512, ()))
    assert abs(float(view[case.alpha > 0.5].mean()) - float(case.photo[case.alpha > 0.5].mean()) / 255) < 0.15
