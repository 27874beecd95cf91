"""Degradation keeps the picture a picture."""

from __future__ import annotations

import numpy as np
import skimage.data

from operators.render import degrade
from operators.render.degrade import through_jpeg

PHOTO = np.ascontiguousarray(skimage.data.astronaut()[100:261, 150:371])


def test_mild_and_repeatable() -> None:
    """Would catch swapped channels, a changed size, or randomness beside the generator's."""
    for seed in range(12):
        out = degrade(PHOTO, np.random.default_rng(seed))
        assert out.shape == PHOTO.shape and out.dtype == np.uint8
        assert np.array_equal(out, degrade(PHOTO, np.random.default_rng(seed)))
        assert np.abs(out.astype(int) - PHOTO).mean() < 8
        assert not np.shares_memory(out, PHOTO)
    assert len({degrade(PHOTO, np.random.default_rng(seed)).tobytes() for seed in range(12)}) > 8


def test_subsampling_is_real() -> None:
    """Would catch an encoder option that is ignored: chroma detail survives 4:4:4 only."""
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::2, 0], stripes[:, 1::2, 2] = 200, 200
    error = [np.abs(through_jpeg(stripes, 95, half).astype(int) - stripes).mean() for half in (False, True)]
    assert error[1] > 4 * error[0]
