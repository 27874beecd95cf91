"""The windows that the page shows."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from pipelines.evaluation.crops import HOLE_COLOUR, SIDE, crop, heat, outlined
from pipelines.evaluation.loading import Loaded
from pipelines.evaluation.methods import Attempt


def cut(shape: tuple[int, int], mask: np.ndarray, wrong: tuple[int, int]) -> tuple[int, int, int, int]:
    target = np.full((*shape, 3), 90, np.uint8)
    ours = target.copy()
    ours[wrong[0] : wrong[0] + 8, wrong[1] : wrong[1] + 8] = 255
    pair = Loaded("a", "", b"", target, target, mask, "given", None)
    made = crop(pair, Attempt(ours, mask), Attempt(target, mask))
    sizes = {Image.open(io.BytesIO(data)).size for data in made.files.values()}
    assert sizes == {(made.width, made.height)} and len(made.files) == 6
    return made.x, made.y, made.width, made.height


@pytest.mark.parametrize("wrong", [(5, 8), (300, 1200), (690, 1900)])
def test_a_large_mask_is_shown_where_it_went_worst(wrong: tuple[int, int]) -> None:
    """Catches a window that shows the harmless part of a tiled mark, or one that leaves the picture."""
    shape = (720, 1920)
    x, y, width, height = cut(shape, np.ones(shape, bool), wrong)
    assert (width, height) == (SIDE, SIDE) and 0 <= x <= 1920 - width and 0 <= y <= 720 - height
    assert x <= wrong[1] and wrong[1] + 8 <= x + width and y <= wrong[0] and wrong[0] + 8 <= y + height


def test_a_small_mask_in_a_corner_keeps_its_surroundings() -> None:
    """Catches a window shrunk to the letters, or pushed over the edge of the picture."""
    mask = np.zeros((400, 600), bool)
    mask[392:398, 570:598] = True
    x, y, width, height = cut((400, 600), mask, (390, 575))
    assert width >= 300 and height >= 180 and x + width == 600 and y + height == 400


@pytest.mark.parametrize("shape", [(20, 30), (600, 40)])
def test_pictures_smaller_than_a_window_are_shown_whole(shape: tuple[int, int]) -> None:
    """Catches a negative start and empty crops of thumbnails; also of a pair with neither mask nor hole."""
    assert cut(shape, np.zeros(shape, bool), (0, 0))[2] == shape[1]


def test_error_and_outline_show_what_they_say() -> None:
    """Catches a map that is bright where all is well, and an outline of the mask in place of the hole."""
    error = np.array([[0, 64, 255]], np.uint8)
    dark, hot, hottest = (int(v.sum()) for v in heat(error)[0])
    assert dark < 20 < hot == hottest
    hole = np.zeros((40, 40), bool)
    hole[10:30, 10:30] = True
    drawn = outlined(np.full((40, 40, 3), 200, np.uint8), np.zeros((40, 40), bool), hole)
    assert tuple(drawn[10, 20]) == HOLE_COLOUR and tuple(drawn[20, 20]) != HOLE_COLOUR
