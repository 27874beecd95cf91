"""Views on disk, and crops of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import skimage.data

from experiments.training.views.feed import Feed, piece, place
from experiments.training.views.view import View, load_views, save_views
from operators.detection.quads import box_quad


def view(quads: np.ndarray | None = None) -> View:
    """A cat under a grey box from (100, 60) to (220, 100)."""
    clean = np.ascontiguousarray(skimage.data.chelsea())
    alpha, colour = np.zeros(clean.shape[:2], np.uint8), np.zeros_like(clean)
    alpha[60:100, 100:220], colour[60:100, 100:220] = 128, 90
    image = np.where(alpha[..., None] > 0, (clean.astype(int) + colour) // 2, clean).astype(np.uint8)
    box = box_quad(100, 60, 220, 100)[None] if quads is None else quads
    return View(image, clean, alpha, colour, alpha // 2, box, np.zeros((0, 4, 2), np.float32))


def test_a_shard_gives_back_what_it_was_given(tmp_path: Path) -> None:
    """Channels swapped by the PNG codec would teach blue skies as red."""
    save_views(tmp_path / "a.safetensors", [view(), view()])
    first, second = load_views(tmp_path / "a.safetensors")
    for name, value in vars(view()).items():
        assert np.array_equal(getattr(first, name), value) and np.array_equal(getattr(second, name), value), name


def test_the_feed_ends_with_its_user_and_needs_views(tmp_path: Path) -> None:
    """A thread that outlives training, and a wait for ever in an empty folder."""
    with pytest.raises(FileNotFoundError, match="render views first"):
        Feed(tmp_path, 0, lambda v, size, rng: v)
    save_views(tmp_path / "a.safetensors", [view()])
    with Feed(tmp_path, 0, lambda v, size, rng: piece(v.image, 0, 0, size)) as feed:
        assert [crop.shape for crop in feed.get(192, 8)] == [(192, 192, 3)] * 8
    assert not feed._thread.is_alive()


def test_crops_lie_within_the_picture_and_on_the_overlay() -> None:
    """Crops that miss a small mark teach nothing about it."""
    rng = np.random.default_rng(0)
    places = [place((300, 451), view().quads, 128, 1.0, rng) for _ in range(50)]
    assert all(0 <= y <= 172 and 0 <= x <= 323 for y, x in places)
    assert all(y < 100 and y + 128 > 60 and x < 220 and x + 128 > 100 for y, x in places)
    assert piece(view().alpha, 280, 400, 64).shape == (64, 64)
