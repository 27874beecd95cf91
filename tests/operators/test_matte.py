from __future__ import annotations

import numpy as np
import pytest

from operators.matte import estimate
from operators.matting.background import interpolate
from operators.matting.clusters import kmeans
from operators.matting.frame import Frame
from tests.operators.overlaid import Case, captioned, photo


def frame_of(case: Case, margin: int = 20) -> tuple[Frame, np.ndarray]:
    """The frame around a case's quad, and the true alpha in it."""
    x0, y0 = (int(v) for v in case.quad.min(0) - margin)
    x1, y1 = (int(v) for v in case.quad.max(0) + margin)
    view = case.image[y0:y1, x0:x1].astype(np.float32) / 255
    quad = case.quad - np.array([x0, y0], np.float32)
    return Frame(view, quad, np.zeros(view.shape[:2], bool)), case.alpha[y0:y1, x0:x1]


@pytest.mark.parametrize("colour", [(255, 255, 255), (0, 0, 0), (230, 30, 40)])
def test_both_polarities_and_colours(colour: tuple[int, int, int]) -> None:
    """A matte that looks for bright ink only, or reports the background's colour as the ink's."""
    frame, alpha = frame_of(captioned("chelsea", (60, 200), colour=colour))
    found = estimate(frame, 0.25)
    assert found.agreement > 0.5
    assert (found.alpha[alpha > 0.5] > 0).mean() > 0.98
    assert np.abs(found.colour * 255 - colour).max() < 25


def test_outline_and_body_belong_together() -> None:
    """White letters with a black outline: one of the two left standing."""
    frame, alpha = frame_of(captioned("chelsea", (60, 200), outline=3))
    found = estimate(frame, 0.25)
    assert (found.alpha[alpha > 0.5] > 0).mean() > 0.98


def test_a_caption_box_goes_with_its_text() -> None:
    """The box behind a caption left as an empty label."""
    case = captioned("chelsea", (60, 200))
    x0, y0, x1, y1 = (int(v) for v in (*case.quad[0] - 8, *case.quad[2] + 8))
    boxed = case.image.copy()
    boxed[y0:y1, x0:x1] = np.where(case.alpha[y0:y1, x0:x1, None] > 0, case.image[y0:y1, x0:x1], (20, 20, 90))
    alpha = np.zeros_like(case.alpha)
    alpha[y0:y1, x0:x1] = 1
    quad = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float32)
    frame, true = frame_of(Case(case.photo, boxed, alpha, quad))
    found = estimate(frame, 0.25)
    assert (found.alpha[true > 0] > 0).mean() > 0.97


@pytest.mark.parametrize("level", [0.35, 0.55])
def test_opacity_of_translucent_ink(level: float) -> None:
    """Translucent marks taken for opaque: pixels invented that could have been computed."""
    frame, _ = frame_of(captioned("coffee", (30, 180), size=80, text="SAMPLE", level=level))
    found = estimate(frame, 0.25)
    assert abs(found.level - level) < 0.12
    assert found.colour.min() > 0.85


@pytest.mark.parametrize("name", ["astronaut", "coffee", "chelsea"])
def test_opaque_ink_is_not_taken_for_translucent(name: str) -> None:
    """Un-blending of opaque text: it stays readable."""
    for at in ((40, 60), (60, 200), (20, 240)):
        frame, _ = frame_of(captioned(name, at, size=30, outline=1))
        assert estimate(frame, 0.25).level == 1.0


def test_nothing_there_gives_the_box() -> None:
    """An empty matte for a region that the detector is sure of."""
    flat = np.full((60, 120, 3), 0.5, np.float32)
    quad = np.array([[20, 20], [100, 20], [100, 40], [20, 40]], np.float32)
    found = estimate(Frame(flat, quad, np.zeros((60, 120), bool)), 0.25)
    assert found.candidate == "box" and (found.alpha[22:38, 22:98] == 1).all()


def test_same_picture_same_matte() -> None:
    """A random start of the clusters."""
    one, two = (estimate(frame_of(captioned("coffee", (60, 200)))[0], 0.25) for _ in range(2))
    assert np.array_equal(one.alpha, two.alpha) and one.candidate == two.candidate


def test_interpolation_does_not_read_what_it_replaces() -> None:
    """A background estimate that contains the ink."""
    view = photo()[:64, :64].astype(np.float32) / 255
    known = np.ones((64, 64), bool)
    known[20:40, 10:50] = False
    spoilt = view.copy()
    spoilt[~known] = 7.0
    assert np.array_equal(interpolate(view, known), interpolate(spoilt, known))
    assert np.array_equal(interpolate(view, known)[known], view[known])


def test_clusters_find_the_colours_there_are() -> None:
    """Centres that merge two colours while another one has two."""
    colours = np.array([[0, 0, 0], [1, 1, 1], [1, 0, 0]], np.float32)
    points = np.repeat(colours, [50, 20, 5], axis=0)
    found = kmeans(points, 5)
    assert sorted(map(tuple, found.round(3).tolist())) == sorted(map(tuple, colours.tolist()))
