"""Enlarging."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from operators.fill.hub import load_upscaler
from tests.operators.overlaid import photo


def _small() -> tuple[np.ndarray, np.ndarray]:
    """(picture, its half), float32."""
    picture = photo()[90:190, 170:290].astype(np.float32) / 255
    return picture, cv2.resize(picture, (60, 50), interpolation=cv2.INTER_AREA)


def test_lanczos_is_sharper_than_linear() -> None:
    """A fallback to a blurring kernel, or overshoot left outside 0..1."""
    picture, small = _small()
    large = load_upscaler().enlarge(small, 100, 120, seed=0)
    linear = cv2.resize(small, (120, 100), interpolation=cv2.INTER_LINEAR)
    assert large.dtype == np.float32 and large.min() >= 0 and large.max() <= 1
    assert np.square(large - picture).mean() < np.square(linear - picture).mean()


@pytest.mark.parametrize(("kind", "scale"), [("upscale_x2", 2), ("upscale_x4", 4)])
def test_pipelines_enlarge_to_the_size_asked(kind: str, scale: int, folder: Callable[[str], Path]) -> None:
    """Padding left in the result, the pipeline's own scale taken for the one asked for, or a seed ignored."""
    upscaler = load_upscaler(str(folder(kind)), steps=2)
    assert upscaler.name == kind and upscaler.scale == scale  # type: ignore[attr-defined]
    small = _small()[1]
    for height, width in ((100, 120), (75, 90), (300, 360)):
        large = upscaler.enlarge(small, height, width, seed=1)
        assert large.shape == (height, width, 3) and large.dtype == np.float32
        assert large.min() >= 0 and large.max() <= 1
    assert np.array_equal(large, upscaler.enlarge(small, 300, 360, seed=1))
    assert not np.array_equal(large, upscaler.enlarge(small, 300, 360, seed=2))
    assert np.array_equal(upscaler.enlarge(small, 50, 60, seed=1), small)


def test_upscalers_do_not_shrink(folder: Callable[[str], Path]) -> None:
    """A size with width and height swapped."""
    for upscaler in (load_upscaler(), load_upscaler(str(folder("upscale_x2")))):
        with pytest.raises(ValueError, match="no enlargement"):
            upscaler.enlarge(_small()[1], 60, 50, seed=0)
