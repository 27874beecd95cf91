"""Repeated marks: their period, and the picture unrolled from one piece."""

from __future__ import annotations

import numpy as np
import pytest

from operators.marks.lattice import find_period, unroll


def _pattern(period: np.ndarray, size: int = 240) -> np.ndarray:
    """float32 (size, size): blobs on a lattice of (2, 2) steps (x, y)."""
    y, x = np.mgrid[:size, :size].astype(np.float64)
    at = np.stack([x, y], -1) @ np.linalg.inv(period)
    off = (at - np.rint(at)) @ period
    return (np.exp(-(off[..., 0] ** 2 / 30 + off[..., 1] ** 2 / 12)) * (1 + off[..., 0] / 9)).astype(np.float32)


@pytest.mark.parametrize("period", [[[60, 0], [0, 44]], [[58, 20], [-20, 58]], [[30, 40], [-30, 40]]])
def test_the_lattice_is_found_whatever_its_angle(period: list[list[int]]) -> None:
    """Turned or staggered rows taken for no pattern at all, or twice the true period."""
    steps = np.array(period, np.float64)
    shape = _pattern(steps)[::2, ::2]
    found = find_period(np.diff(shape, axis=1, append=0), np.diff(shape, axis=0, append=0))
    assert found is not None
    in_lattice = found @ np.linalg.inv(steps)
    assert np.abs(in_lattice - np.rint(in_lattice)).max() < 0.05
    assert abs(abs(np.linalg.det(in_lattice)) - 1) < 0.1


def test_noise_has_no_period() -> None:
    """A photograph's texture taken for a repeated mark."""
    rng = np.random.default_rng(0)
    assert find_period(*rng.standard_normal((2, 120, 120)).astype(np.float32)) is None


@pytest.mark.parametrize("period", [[[60.0, 0], [0, 44.0]], [[58.0, 20.0], [-20.0, 58.0]], [[60.5, 0], [0, 44.5]]])
def test_a_piece_unrolls_to_the_whole(period: list[list[float]]) -> None:
    """Gaps or seams between repeats, or a drift that grows with the distance from the piece."""
    steps = np.array(period, np.float64)
    whole = _pattern(steps)
    left, top = 70, 60
    wide, high = (int(np.ceil(v)) + 4 for v in np.abs(steps).sum(0))
    piece = whole[top : top + high, left : left + wide, None]
    again = unroll(piece, steps, left, top, 240, 240)[..., 0]
    assert float(np.abs(again - whole).max()) < (0.03 if (steps == np.rint(steps)).all() else 0.12)
