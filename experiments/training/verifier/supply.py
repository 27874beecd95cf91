"""Batches of tiles, turned and flipped, in an order of their own; shards that come later are used as they come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from experiments.training.verifier.tiles import Tiles, joined, load_tiles, views_of
from operators.verify.planes import planes


@dataclass(frozen=True)
class Batch:
    """x: float32 (N, PLANES, S, S) of the network. answers: float32 (N, 6), 0..1: FAILURES and bad; nan where
    unknown."""

    x: Tensor
    answers: Tensor


def batch_of(tiles: Tiles) -> Batch:
    """As the verifier sees them."""
    x = torch.from_numpy(np.stack([planes(view) for view in views_of(tiles)]))
    answers = np.concatenate([tiles.labels.astype(np.float32), tiles.bad[:, None].astype(np.float32)], 1)
    return Batch(x.contiguous(memory_format=torch.channels_last), torch.from_numpy(answers))


def varied(tiles: Tiles, rng: np.random.Generator) -> Tiles:
    """Flipped, turned, with other gains: the same for all tiles of the batch."""
    turns, flip = int(rng.integers(4)), bool(rng.random() < 0.5)

    def moved(part: np.ndarray) -> np.ndarray:
        part = np.rot90(part, turns, (1, 2))
        return np.ascontiguousarray(part[:, :, ::-1] if flip else part)

    gains = np.exp(rng.normal(0, 0.08, 3)) * np.exp(rng.normal(0, 0.1))
    table = np.clip(np.arange(256)[:, None] * gains, 0, 255).astype(np.uint8).reshape(256, 1, 3)
    rgb = np.stack([cv2.LUT(one, table) for one in moved(tiles.rgb)])
    return Tiles(rgb, moved(tiles.alpha), moved(tiles.hole), tiles.labels, tiles.bad, tiles.kind, tiles.photo,
                 tiles.truth)


def endless(folder: Path, count: int, seed: int) -> Iterator[Batch]:
    """Batches of `count` tiles, epoch after epoch. Raises FileNotFoundError when the folder has no shard."""
    rng, names, tiles = np.random.default_rng(seed), list[Path](), None
    while True:
        found = sorted(folder.glob("*.safetensors"))
        if not found:
            raise FileNotFoundError(f"no *.safetensors in {folder}: run training.verifier.pack first")
        fresh = [load_tiles(path) for path in found if path not in names]
        if fresh:
            tiles, names = joined([*([tiles] if tiles is not None else []), *fresh]), found
        assert tiles is not None
        order = rng.permutation(len(tiles))
        for start in range(0, len(order) - count + 1, count):
            yield batch_of(varied(tiles.at(order[start : start + count]), rng))
