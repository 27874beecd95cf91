from __future__ import annotations

import numpy as np
import pytest

from operators.panels.find import find_panels
from operators.panels.panel import Panel
from operators.picture import Picture
from tests.operators.overlaid import captioned
from tests.operators.paneled import paneled

LOOKS = {
    "dark": {},
    "thin": {"level": 0.35},
    "nearly opaque": {"level": 0.85},
    "white": {"colour": (1.0, 1.0, 1.0)},
    "coloured": {"colour": (0.1, 0.2, 0.6)},
    "rounded": {"radius": 9.0},
    "on coffee": {"name": "coffee", "at": (200, 60), "text": "Nice and hot", "size": 30},
}


def found(image: np.ndarray, quads: list[np.ndarray]) -> list[tuple[Panel, list[int]]]:
    return find_panels(Picture(image, "PNG", "RGB"), quads)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("grow", [-3.0, 0.0, 14.0])
def test_a_panel_is_found_where_it_is(look: str, grow: float) -> None:
    """Edges, opacity or colour that are off: what is computed back would keep the panel's outline or its tone; and
    boxes of lines, which are wider or tighter than the panel, taken for it."""
    case, panel = paneled(**LOOKS[look])  # type: ignore[arg-type]
    quad = case.quad + grow * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32)
    (got, lines), *others = found(case.image, [quad])
    assert not others and lines == [0]
    assert np.abs(got.quad - panel.quad).max() < 1.0
    assert abs(got.level - panel.level) < 0.06
    assert np.abs(got.colour - panel.colour).max() < 0.15


def test_corners_are_as_round_as_they_are() -> None:
    """Corners computed back where there was no panel: four bright spots."""
    case, panel = paneled(radius=12.0)
    (got, _), = found(case.image, [case.quad])
    assert 6.0 < got.radius < 18.0
    (straight, _), = found(paneled()[0].image, [case.quad])
    assert straight.radius < 5.0


def test_a_slanted_panel_is_found() -> None:
    """Sides looked for along the picture's rows alone."""
    case, panel = paneled(tilt=0.05)
    quad = panel.quad + 2.0 * np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]], np.float32)
    (got, _), = found(case.image, [quad])
    assert np.abs(got.quad - panel.quad).max() < 2.0


def test_two_lines_on_one_panel_have_one() -> None:
    """A panel cut in two, with a seam between the lines, or missed because it has no edge between them."""
    case, panel = paneled(text="A cat looks on\nand dreams of fish", at=(70, 90))
    x0, y0, x1, y1 = (*case.quad[0], *case.quad[2])
    middle = (y0 + y1) / 2
    rows = (y0, middle - 4), (middle + 4, y1)
    quads = [np.array([[x0, a], [x1, a], [x1, b], [x0, b]], np.float32) for a, b in rows]
    got = found(case.image, quads)
    assert sorted(line for _, lines in got for line in lines) == [0, 1]
    cover = np.max([one.coverage(0, 0, 451, 300) for one, _ in got], axis=0)
    assert np.abs(cover - panel.coverage(0, 0, 451, 300)).mean() * 451 * 300 < 0.04 * panel.area
    assert len({round(one.level, 6) for one, _ in got}) == 1


@pytest.mark.parametrize("look", [{}, {"outline": 3}, {"level": 0.5, "at": (60, 200)},
                                  {"name": "coffee", "at": (60, 200)}, {"name": "rocket", "at": (40, 300),
                                                                       "outline": 4, "size": 60}])
def test_text_without_a_panel_has_none(look: dict[str, object]) -> None:
    """The ground between letters, or their outlines, taken for a panel: a dark rectangle would be computed into the
    picture."""
    case = captioned(**look)  # type: ignore[arg-type]
    assert found(case.image, [case.quad]) == []


def test_a_frame_is_no_panel() -> None:
    """A thin line around a text, as stamps have: inside of it is the bare picture."""
    case = captioned("coffee", at=(120, 190))
    x0, y0, x1, y1 = (int(v) for v in (*case.quad[0] - 12, *case.quad[2] + 12))
    image = case.image.copy()
    inside = image[y0 + 4 : y1 - 4, x0 + 4 : x1 - 4].copy()
    image[y0:y1, x0:x1] = (20, 20, 120)
    image[y0 + 4 : y1 - 4, x0 + 4 : x1 - 4] = inside
    assert found(image, [case.quad]) == []


@pytest.mark.parametrize("quad", [[[0, 0], [4, 0], [4, 2], [0, 2]], [[-90, -90], [-20, -90], [-20, -60], [-90, -60]],
                                  [[590, 390], [640, 390], [640, 420], [590, 420]], [[5, 5], [5, 5], [5, 5], [5, 5]]])
def test_lines_that_say_nothing_have_none(quad: list[list[int]]) -> None:
    """A crash on tiny lines, on points, and on lines outside the picture."""
    assert found(captioned("coffee", at=(60, 200)).image, [np.array(quad, np.float32)]) == []
