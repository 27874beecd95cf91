"""Fillings in the colours of a reference."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from operators.fill.hub.style import match_statistics
from tests.operators.fill.hub.conftest import Load, MakeView
from tests.operators.overlaid import photo


def test_the_hole_takes_the_reference_s_statistics() -> None:
    """Channels mixed up, or statistics of the whole picture given to the hole."""
    rgb, reference = (photo(name)[:64, :64].astype(np.float32) / 255 for name in ("astronaut", "coffee"))
    where = np.zeros((64, 64), bool)
    where[20:40, 10:50] = True
    matched = match_statistics(rgb, where, reference)
    assert np.array_equal(matched[~where], rgb[~where])
    before = np.abs(rgb[where].mean(0) - reference.mean((0, 1))).max()
    assert np.abs(matched[where].mean(0) - reference.mean((0, 1))).max() < 0.25 * before


def test_an_empty_hole_is_left_alone() -> None:
    """A mean of nothing."""
    rgb = photo()[:8, :8].astype(np.float32) / 255
    assert np.array_equal(match_statistics(rgb, np.zeros((8, 8), bool), rgb), rgb)


def test_generators_follow_the_style(load: Load, view: MakeView) -> None:
    """A reference that is taken and forgotten, or that recolours what is known."""
    asked = view(rows=(10, 50))
    red = np.zeros((8, 8, 3), np.float32)
    red[..., 0] = 0.8
    plain = load("sd9")
    (styled,) = replace(plain, style=red).fill([asked], 1.0)
    mean, before = styled[asked.hole].mean(0), plain.fill([asked], 1.0)[0][asked.hole].mean(0)
    assert np.abs(mean - red[0, 0]).sum() < np.abs(before - red[0, 0]).sum()
    assert np.array_equal(styled[~asked.hole], asked.base[~asked.hole])
