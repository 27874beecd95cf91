"""Degradation keeps the picture a picture."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
import skimage.data

from operators.render import degrade, degrade_hard, retouch_chain
from operators.render.degrade import through_jpeg
from operators.render.edits import EDITS

Change = Callable[[np.ndarray, np.random.Generator], np.ndarray]

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


@pytest.mark.parametrize("change", [degrade_hard, retouch_chain])
def test_harder_and_repeatable(change: Change) -> None:
    """Would catch a step that changes the size, the type or the caller's picture, or that no seed reaches."""
    kept = PHOTO.copy()
    for picture in (PHOTO, PHOTO[:16, :16].copy(), PHOTO[:9, :150].copy()):
        for seed in range(25):
            out = change(picture, np.random.default_rng(seed))
            assert out.shape == picture.shape and out.dtype == np.uint8 and not np.shares_memory(out, picture)
            assert np.array_equal(out, change(picture, np.random.default_rng(seed)))
    assert np.array_equal(PHOTO, kept)
    assert len({change(PHOTO, np.random.default_rng(seed)).tobytes() for seed in range(25)}) > 20


def drift(before: np.ndarray, after: np.ndarray, axis: int) -> float:
    """px by which `after` lies further along the axis, from how well it matches `before` moved by -1, 0 and 1 px."""
    left, here, right = (
        float(np.corrcoef(np.roll(before, step, axis)[4:-4, 4:-4].ravel(), after[4:-4, 4:-4].ravel())[0, 1])
        for step in (-1, 0, 1)
    )
    return (right - left) / (2 * (2 * here - left - right))


@pytest.mark.parametrize("change", [degrade_hard, retouch_chain])
def test_nothing_moves(change: Change) -> None:
    """Would catch a shifted grid that is not cut back, or resampling that drifts: alpha would no longer fit."""
    grey = cv2.cvtColor(PHOTO, cv2.COLOR_RGB2GRAY).astype(np.float32)
    for seed in range(30):
        out = cv2.cvtColor(change(PHOTO, np.random.default_rng(seed)), cv2.COLOR_RGB2GRAY).astype(np.float32)
        for axis in (0, 1):
            assert abs(drift(grey, out, axis)) < 0.1


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_edits_stay_local(edit: Change) -> None:
    """Would catch an editing step that reaches far, or does nothing at all."""
    dotted = PHOTO.copy()
    dotted[80, 100] = 255 - dotted[80, 100]
    first, second = (edit(p, np.random.default_rng(2)).astype(int) for p in (PHOTO, dotted))
    rows, columns = np.nonzero(np.abs(first - second).max(2))
    assert np.abs(rows - 80).max() <= 10 and np.abs(columns - 100).max() <= 10
    assert not np.array_equal(first, PHOTO)
