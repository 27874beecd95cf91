"""Before and after of one region, on photographs."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from pipelines.review.crops import CONTEXT, GAP, SIDE, crop_name, side_by_side
from tests.pipelines.report.made_up import photo


def opened(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "JPEG"
        return np.asarray(image).astype(int)


def test_halves_show_the_region_with_its_context() -> None:
    """Catches halves swapped, a crop of another place, and a region without anything around it."""
    before, (x, y, w, h) = photo(), (100, 120, 80, 30)
    after = before.copy()
    after[y : y + h, x : x + w] = 90
    both = opened(side_by_side(before, after, (x, y, w, h)))
    width = w + 2 * CONTEXT
    assert both.shape == (h + 2 * CONTEXT, 2 * width + GAP, 3)
    left, right = both[:, :width], both[:, width + GAP :]
    window = np.s_[y - CONTEXT : y + h + CONTEXT, x - CONTEXT : x + w + CONTEXT]
    assert np.abs(left - before[window]).mean() < 3 and np.abs(right - after[window]).mean() < 3
    inside = np.s_[CONTEXT + 4 : CONTEXT + h - 4, CONTEXT + 4 : CONTEXT + w - 4]
    assert np.abs(right[inside] - 90).mean() < 3 < np.abs(left[inside] - 90).mean()
    assert both[:, width + 1 : width + GAP - 1].min() > 245


@pytest.mark.parametrize("box", [(0, 0, 30, 10), (430, 290, 21, 10), (-50, -20, 80, 40), (0, 0, 451, 300)])
def test_regions_at_the_edge(box: tuple[int, int, int, int]) -> None:
    """Catches negative indices, which cut an empty or a wrong window."""
    both = opened(side_by_side(photo(), photo(), box))
    assert both.shape[0] > 10 and both.shape[1] > 2 * 20


def test_halves_are_bounded() -> None:
    """Catches crops as large as the picture, in either direction."""
    large = np.tile(photo(), (6, 6, 1))
    for box in ((0, 0, 2700, 20), (0, 0, 20, 1800)):
        height, width, _ = opened(side_by_side(large, large, box)).shape
        assert height <= SIDE and width <= 2 * SIDE + GAP and max(height, (width - GAP) // 2) == SIDE


def test_what_cannot_be_cut_says_so() -> None:
    """Catches a crop of nothing, and halves that show different places."""
    with pytest.raises(ValueError, match="outside"):
        side_by_side(photo(), photo(), (900, 20, 30, 30))
    with pytest.raises(ValueError, match="300"):
        side_by_side(photo(), photo()[:200], (20, 20, 30, 30))


def test_names_are_safe_and_unique() -> None:
    """Catches a key that leaves the folder, a name no file system takes, and two keys that become one name."""
    keys = ["../../etc/passwd", "a/b.jpg", "a_b.jpg", "日本語", "x" * 500, "", "CON", 'q"uo\\te:*?']
    names = [crop_name(place, key, 3) for place, key in enumerate(keys)]
    assert len({name.lower() for name in names}) == len(keys)
    for name in names:
        assert len(name) < 100 and name.isascii() and not set(name) & set('/\\:*?"<> ') and not name.startswith(".")
