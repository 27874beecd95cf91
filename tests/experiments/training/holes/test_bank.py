"""Crops with holes made on the device."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from experiments.training.holes.bank import Bank
from experiments.training.holes.crops import LEAST, MOST, Holes
from experiments.training.holes.masks import load_masks, save_masks
from experiments.training.holes.photographs import Photographs
from tests.experiments.training.holes.photos import photo_files

SIDE = 160


def masks() -> list[Holes]:
    """A bar and a box, their rims half known."""
    found = []
    for rows, columns in ((slice(20, 40), slice(5, 150)), (slice(90, 140), slice(60, 110))):
        hole, known = np.zeros((SIDE, SIDE), bool), np.ones((SIDE, SIDE), np.float32)
        hole[rows, columns], known[rows, columns] = True, 0.0
        known[rows.start, columns] = 0.5
        found.append(Holes(np.zeros((SIDE, SIDE, 3), np.uint8), hole, known))
    return found


def bank(folder: Path) -> Bank:
    save_masks(folder / "masks.safetensors", masks())
    return Bank(photo_files(folder), folder / "masks.safetensors", "cpu")


def test_masks_come_back_from_their_file(tmp_path: Path) -> None:
    """A hole that its own soft rim erases: known goes up to 1 there, too."""
    save_masks(tmp_path / "masks.safetensors", masks())
    read = load_masks(tmp_path / "masks.safetensors")
    for one, mask in zip(masks(), read, strict=True):
        assert np.array_equal(mask < 255, one.hole)
        assert np.abs(mask[one.hole] / 254 - one.known[one.hole]).max() < 0.003


def test_a_batch_is_what_a_network_may_see(tmp_path: Path) -> None:
    """A base that shows the truth, a crop without a hole, one that is nothing else."""
    views = bank(tmp_path).get(64, 24)
    hole = views.hole > 0
    share = views.hole.mean((1, 2, 3))
    assert views.truth.shape == (24, 3, 64, 64) and views.truth.min() >= 0 and views.truth.max() <= 1
    assert bool(((share >= LEAST) & (share <= MOST)).all())
    assert torch.equal(views.base[~hole.expand_as(views.base)], views.truth[~hole.expand_as(views.base)])
    assert not torch.equal(views.base, views.truth)
    assert bool((views.known[~hole] == 1).all()) and bool((views.known[hole] < 1).all())


def test_batches_differ_and_follow_from_the_seed(tmp_path: Path) -> None:
    """A run that sees its first batch only; one that cannot be repeated."""
    first, again = bank(tmp_path), bank(tmp_path)
    batch = first.get(64, 8)
    assert torch.equal(batch.truth, again.get(64, 8).truth)
    assert not torch.equal(batch.truth, first.get(64, 8).truth)


def test_crops_are_of_the_photographs(tmp_path: Path) -> None:
    """Rows read with another copy's width come out sheared: the crop would be in no photograph."""
    photographs = Photographs(photo_files(tmp_path), "cpu", copies=1)
    crops = photographs.crops(6, 32, torch.Generator().manual_seed(0))
    pictures = [photographs.pixels[start : start + h * w].reshape(h, w, 3).numpy() for start, h, w in zip(
        photographs.start.tolist(), photographs.height.tolist(), photographs.width.tolist(), strict=True)]
    for crop in crops.permute(0, 2, 3, 1).numpy().astype(np.uint8):
        assert any(_holds(picture, crop) for picture in pictures)
    with pytest.raises(ValueError, match="no photograph"):
        Photographs([], "cpu")


def _holds(picture: np.ndarray, crop: np.ndarray) -> bool:
    corners = np.argwhere((picture[: 1 - len(crop), : 1 - len(crop)] == crop[0, 0]).all(2))
    return any(np.array_equal(picture[y : y + len(crop), x : x + len(crop)], crop) for y, x in corners)
