"""Feeds in processes of their own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from experiments.training.views.feed import Feed, piece
from experiments.training.views.feeds import Feeds, feed_of
from experiments.training.views.view import View, save_views
from tests.experiments.training.views.test_view import view


def cut(one: View, size: int, rng: np.random.Generator) -> np.ndarray:
    return piece(one.image, 0, int(rng.integers(100)), size)


def fails(one: View, size: int, rng: np.random.Generator) -> np.ndarray:
    raise OSError("no crop")


def test_batches_of_the_asked_size_come_from_every_process(tmp_path: Path) -> None:
    """Processes that all draw the same crops, or do not hear of another size."""
    save_views(tmp_path / "a.safetensors", [view()])
    with Feeds(tmp_path, 0, cut, 2) as feeds:
        batches = [feeds.get(48, 3) for _ in range(20)]
        processes = feeds._processes
    assert [crop.shape for crop in batches[-1]] == [(48, 48, 3)] * 3
    assert len({batch[0].tobytes() for batch in batches}) > 1
    assert not any(process.is_alive() for process in processes)


def test_a_feed_that_dies_is_told(tmp_path: Path) -> None:
    """A training that waits for ever."""
    save_views(tmp_path / "a.safetensors", [view()])
    with Feeds(tmp_path, 0, fails, 1) as feeds, pytest.raises(RuntimeError, match="the feeds ended"):
        feeds.get(48, 3)


def test_no_process_is_a_thread(tmp_path: Path) -> None:
    """Processes where none were asked for."""
    save_views(tmp_path / "a.safetensors", [view()])
    assert isinstance(feed_of(tmp_path, 0, cut, 0), Feed)
    assert isinstance(feed_of(tmp_path, 0, cut, 1), Feeds)
