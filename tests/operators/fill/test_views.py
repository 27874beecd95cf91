from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from operators.fill.canvas import Canvas
from operators.fill.views import CrossFade, Place, cut, places, step_for, weights
from tests.operators.overlaid import photo


def canvas_of(base: np.ndarray, wanted: np.ndarray) -> Canvas:
    return Canvas(base, wanted, 1 - wanted.astype(np.float32), wanted, 0, 0)


def letters(width: int, height: int, size: int = 30) -> np.ndarray:
    image = Image.new("L", (width, height))
    font = ImageFont.load_default(size)
    ImageDraw.Draw(image).text((width // 8, height // 3), "Hello, old world", fill=255, font=font)
    return cv2.dilate((np.asarray(image) > 20).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0


boxes = st.tuples(*[st.integers(0, 220)] * 2, *[st.integers(1, 220)] * 2)


@given(st.integers(20, 300), st.integers(20, 300), st.lists(boxes, min_size=1, max_size=4), st.sampled_from([64, 96]))
@settings(max_examples=60, deadline=None)
def test_views_say_something_about_every_pixel(
    height: int, width: int, found: list[tuple[int, int, int, int]], side: int
) -> None:
    """A pixel of the hole that no view covers, or only with a rim that has no context."""
    wanted = np.zeros((height, width), bool)
    for x, y, w, h in found:
        wanted[y : y + h, x : x + w] = True
    fade = np.zeros((height, width), np.float32)
    for place in places(wanted, side):
        x0, y0, x1, y1 = max(place.x, 0), max(place.y, 0), min(place.x + side, width), min(place.y + side, height)
        assert width < side or (place.x >= 0 and place.x + side <= width)
        part = weights(place, side, wanted.shape)[y0 - place.y : y1 - place.y, x0 - place.x : x1 - place.x]
        fade[y0:y1, x0:x1] += part
    assert (fade[wanted] > 0).all()


def test_a_line_of_text_takes_a_row_of_views() -> None:
    """A grid over the whole tile: many times the work for nothing."""
    assert len(places(letters(400, 200), 128)) <= 5


@pytest.mark.parametrize("shape", [(300, 400), (40, 400), (50, 30)])
def test_views_of_the_truth_give_the_truth(shape: tuple[int, int]) -> None:
    """Views laid back a pixel off, weights that do not add up, or a small picture padded on the wrong side."""
    truth = photo("chelsea")[: shape[0], : shape[1]].astype(np.float32) / 255
    wanted = letters(shape[1], shape[0], 24)
    canvas = canvas_of(np.where(wanted[..., None], np.float32(0.5), truth), wanted)
    fade = CrossFade(canvas, 64)
    padded = canvas_of(truth, wanted)
    for place in places(wanted, 64):
        fade.lay(place, cut(padded, place, 64, 0).base)
    assert np.abs(canvas.base + fade.added() - truth)[wanted].max() < 1e-5
    assert not fade.added()[~wanted].any()


def test_a_small_picture_is_mirrored() -> None:
    """Black beyond the edge, which a generator would paint into the hole."""
    truth = photo("coffee")[:40, :50].astype(np.float32) / 255
    wanted = np.zeros((40, 50), bool)
    wanted[10:20, 10:20] = True
    view = cut(canvas_of(truth, wanted), places(wanted, 64)[0], 64, 7)
    assert view.base.shape == (64, 64, 3) and view.hole.shape == view.known.shape == (64, 64)
    assert np.array_equal(view.base[12:52, 7:57], truth)
    assert np.array_equal(view.base[11, 7:57], truth[0]) and np.array_equal(view.base[12:52, 6], truth[:, 0])
    assert np.array_equal(view.known < 1, view.hole)


def test_neighbours_fade_into_each_other() -> None:
    """A step where two views that disagree meet."""
    wanted = np.zeros((64, 200), bool)
    wanted[28:36, 10:190] = True
    canvas = canvas_of(np.zeros((64, 200, 3), np.float32), wanted)
    fade = CrossFade(canvas, 64)
    found = places(wanted, 64)
    for k, place in enumerate(found):
        fade.lay(place, np.full((64, 64, 3), k % 2, np.float32))
    assert len(found) >= 4
    assert np.abs(np.diff(fade.added()[30, 10:190, 0])).max() < 0.2


def test_a_view_that_was_not_laid_is_an_error() -> None:
    """A division by zero that ends as a black stroke."""
    wanted = np.zeros((64, 200), bool)
    wanted[28:36, 10:190] = True
    fade = CrossFade(canvas_of(np.zeros((64, 200, 3), np.float32), wanted), 64)
    fade.lay(places(wanted, 64)[0], np.zeros((64, 64, 3), np.float32))
    with pytest.raises(ValueError, match="not all views"):
        fade.added()


def test_strokes_are_seen_as_they_are_and_large_holes_from_farther() -> None:
    """Letters blurred by a coarse view, or a view that is nothing but hole."""
    assert step_for(letters(400, 100), 64) == 1
    assert step_for(np.ones((30, 200), bool), 64) == 1
    assert step_for(np.ones((100, 300), bool), 64) in (3, 4)
    assert step_for(np.ones((100, 300), bool), 128) == 2
    dense = np.ones((200, 200), bool)
    dense[:, ::8] = False
    assert step_for(dense, 64) > 1, "thin gaps do not make a context"
    assert step_for(np.ones((3000, 3000), bool), 64) > 40


def test_the_place_decides_the_cut() -> None:
    """x and y the wrong way round."""
    truth = photo("coffee")[:100, :150].astype(np.float32) / 255
    view = cut(canvas_of(truth, np.zeros((100, 150), bool)), Place(70, 20), 64, 3)
    assert np.array_equal(view.base, truth[20:84, 70:134]) and view.seed == 3
