"""Crops with their harmonic bases, as tensors."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from experiments.training.holes.base import bases
from experiments.training.holes.crops import Holes


@dataclass(frozen=True)
class Views:
    """What the networks see, on one device, float32. truth, base: (N, 3, S, S), RGB 0..1. hole: (N, 1, S, S), 0 or 1.
    known: (N, 1, S, S), 0..1."""

    truth: Tensor
    base: Tensor
    hole: Tensor
    known: Tensor

    def pick(self, index: Tensor | slice) -> Views:
        """Some of them."""
        return Views(*(part[index] for part in vars(self).values()))

    def to(self, device: str) -> Views:
        """The same on that device."""
        return Views(*(part.to(device) for part in vars(self).values()))


def views_of(crops: Holes) -> Views:
    """The crops as tensors, with their bases."""
    truth = torch.from_numpy(crops.truth).permute(0, 3, 1, 2).float().contiguous() / 255
    hole = torch.from_numpy(crops.hole)
    return Views(truth, bases(truth, hole), hole[:, None].float(), torch.from_numpy(crops.known)[:, None])
