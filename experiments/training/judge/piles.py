"""Crops of boxes in memory, and batches of them, moved and varied."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file
from torch import Tensor

from experiments.training.classifier.boxes import MARGIN
from operators.detection.crops import FEATURES


@dataclass(frozen=True)
class Pile:
    """Crops of one size. planes: uint8 (N, C, h + 2 MARGIN, w + 2 MARGIN). features: float32 (N, F). labels: uint8
    (N, 2), overlay and text."""

    planes: np.ndarray
    features: np.ndarray
    labels: np.ndarray


def load_piles(paths: list[Path]) -> list[Pile]:
    """The squares and the strips of some shards."""
    parts: dict[str, list[np.ndarray]] = {}
    for path in paths:
        for name, array in load_file(path).items():
            parts.setdefault(name, []).append(array)
    return [Pile(*(np.concatenate(parts[f"{kind}.{part}"]) for part in ("planes", "features", "labels")))
            for kind in ("square", "strip") if f"{kind}.planes" in parts]


def drawn(pile: Pile, count: int, rng: np.random.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """A batch: planes float32 0..1, moved and varied; features; labels float32 (N, 2)."""
    chosen = rng.integers(len(pile.labels), size=count)
    planes = np.stack([_moved(pile.planes[i], rng) for i in chosen])
    features = pile.features[chosen] + rng.normal(0, 0.05, (count, FEATURES)).astype(np.float32)
    return torch.from_numpy(planes), torch.from_numpy(features), torch.from_numpy(pile.labels[chosen].astype(np.int64))


def _moved(planes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A random place within the margin; light, contrast and the maps' sureness varied; at times mirrored or without
    one of the maps, so that no single one decides."""
    y, x = rng.integers(0, 2 * MARGIN + 1, 2)
    height, width = planes.shape[1] - 2 * MARGIN, planes.shape[2] - 2 * MARGIN
    moved = planes[:, y : y + height, x : x + width].astype(np.float32) / 255
    moved[:3] = np.clip((moved[:3] - 0.5) * rng.uniform(0.8, 1.2) + 0.5 + rng.uniform(-0.1, 0.1), 0, 1)
    moved[3:7] = moved[3:7] ** rng.uniform(0.7, 1.4, (4, 1, 1))
    if rng.random() < 0.15:
        moved[int(rng.integers(3, 7))] = 0
    return np.ascontiguousarray(moved[:, :, ::-1]) if rng.random() < 0.25 else moved
