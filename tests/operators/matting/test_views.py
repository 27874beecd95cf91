"""Views around regions: where they lie, and that they come back at the picture's own resolution."""

from __future__ import annotations

import numpy as np
import skimage.data

from operators.detection.quads import box_quad
from operators.matting.network import Layer, Segmenter
from operators.matting.views import LARGEST, look_at
from operators.picture import Picture
from operators.record import Region


class Mirror(Segmenter):
    """Gives the view back: coverage is its red channel, alpha the hint."""

    def __init__(self) -> None:
        object.__setattr__(self, "sizes", [])

    def look(self, rgb: np.ndarray, probability: np.ndarray) -> Layer:
        self.sizes.append(rgb.shape[:2])  # type: ignore[attr-defined]
        return Layer(rgb[..., 0].copy(), probability.copy(), rgb.copy())


def _picture(scale: int = 1) -> Picture:
    rgb = np.kron(skimage.data.astronaut(), np.ones((scale, scale, 1), np.uint8))
    return Picture(np.ascontiguousarray(rgb), "PNG", "RGB")


def test_what_was_seen_lies_where_the_region_is() -> None:
    """An offset by the margin would move every matte."""
    picture = _picture()
    (seen,) = look_at(picture, [Region(box_quad(100, 50, 220, 80), 0.9)], [0], 20, Mirror())
    assert np.array_equal(seen.crop(90, 40, 230, 90).coverage, picture.view(90, 40, 230, 90)[..., 0])
    hint = seen.crop(100, 50, 220, 80).alpha
    assert hint[15, 60] == 1 and hint[1, 60] == 0


def test_high_letters_are_scaled_down_and_back() -> None:
    """Letters higher than any that were learned, or a matte of another size than its picture."""
    picture, mirror = _picture(4), Mirror()
    (seen,) = look_at(picture, [Region(box_quad(400, 600, 1800, 1000), 0.9)], [0], 20, mirror)
    assert max(mirror.sizes[0]) <= LARGEST  # type: ignore[attr-defined]
    there = picture.view(500, 700, 900, 900)[..., 0]
    assert np.abs(seen.crop(500, 700, 900, 900).coverage - there).mean() < 0.05


def test_neighbours_share_a_view_and_regions_outside_have_none() -> None:
    """Two lines of a caption looked at twice, and a crash for a region beyond the border."""
    regions = [Region(box_quad(100, y, 220, y + 20), 0.9) for y in (50, 76)]
    outside = Region(box_quad(900, 900, 950, 920), 0.9)
    seen = list(look_at(_picture(), [*regions, outside], [0, 1, 2], 20, Mirror()))
    assert [view.box.regions for view in seen] == [(0, 1)]
