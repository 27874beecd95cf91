"""Plane geometry of sheets."""

from __future__ import annotations

import numpy as np
import pytest

from operators.render.warp import bend, box_quad, clip_quad, rotation, settle, shift, transform, turn, warp


def test_settle_brings_inside() -> None:
    """Would catch marks that hang over the border, and ones that are moved for no reason."""
    quad = box_quad(0, 0, 50, 10)
    moved = transform(settle(shift(-30, 95), quad, 100, 100), quad)
    assert moved.min() >= 1 - 1e-4 and moved.max() <= 99 + 1e-4
    assert np.ptp(moved[:, 0]) == pytest.approx(50)
    shrunk = transform(settle(shift(0, 0), box_quad(0, 0, 300, 20), 100, 100), box_quad(0, 0, 300, 20))
    assert np.ptp(shrunk[:, 0]) == pytest.approx(98)
    assert np.array_equal(settle(shift(20, 20), quad, 100, 100), shift(20, 20))


def test_clip_quad() -> None:
    """Would catch clipping that turns the corners' order or drops what is inside."""
    cut = clip_quad(box_quad(-10, 5, 30, 20), 20, 40)
    assert cut is not None and np.allclose(cut, box_quad(0, 5, 20, 20), atol=1e-4)
    assert clip_quad(box_quad(50, 50, 60, 60), 40, 40) is None
    inner = box_quad(1, 1, 5, 5)
    assert clip_quad(inner, 10, 10) is inner
    turned = transform(shift(50, 0) @ rotation(90), box_quad(-20, -5, 20, 5))
    clipped = clip_quad(turned, 100, 100)
    assert clipped is not None and np.allclose(clipped[:2, 1], (0, 20), atol=1e-3)


def test_warp_by_whole_pixels_is_exact() -> None:
    """Would catch a half-pixel shift between sheet and picture coordinates."""
    sheet = np.random.default_rng(0).random((5, 7, 4), np.float32)
    assert np.array_equal(warp(sheet, shift(3, 2), 3, 2, 7, 5), sheet)
    assert np.array_equal(warp(sheet, shift(3, 2), 0, 0, 12, 9)[2:7, 3:10], sheet)


def test_turn_keeps_the_middle() -> None:
    """Would catch a camera that also shifts or scales the plane."""
    origin = np.array([[0, 0], [1e-3, 0], [0, 1e-3]], np.float64)
    moved = transform(turn(30, 0, 400), origin).astype(np.float64)
    assert np.allclose(moved[0], 0) and moved[1, 0] == pytest.approx(np.cos(np.pi / 6) * 1e-3, rel=1e-3)
    assert moved[2, 1] == pytest.approx(1e-3, rel=1e-3)


@pytest.mark.parametrize("sag", [6.0, -6.0])
def test_bend_keeps_the_ink(sag: float) -> None:
    """Would catch a bent line that is cut at the top or the bottom."""
    sheet = np.zeros((12, 60, 4), np.float32)
    sheet[3:9, 2:-2] = 1
    bent = bend(sheet, sag)
    assert bent[..., 3].sum() == pytest.approx(sheet[..., 3].sum(), rel=0.02)
    middle, end = (np.average(np.arange(len(bent)), weights=bent[:, x, 3]) for x in (30, 3))
    assert (middle - end) == pytest.approx(sag, rel=0.25)
