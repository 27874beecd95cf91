"""Crops with holes as the diffusion network takes them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from experiments.training.holes.base import bases
from experiments.training.holes.crops import Holes
from operators.models.diffusion.context import context_of, normalised, scaled_residual, soft_mask


@dataclass(frozen=True)
class Rows:
    """residual: float32 (N, 3, S, S), scaled, zero outside the hole. view: float32 (N, 3, S, S), the base,
    context-normalised. mask: float32 (N, 1, S, S), soft. hole: bool (N, 1, S, S)."""

    residual: Tensor
    view: Tensor
    mask: Tensor
    hole: Tensor


def tensors(crops: Holes) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """(truth float32 (N, 3, S, S), 0..1; base, the same; hole bool (N, 1, S, S); known float32 (N, 1, S, S))."""
    truth = torch.from_numpy(crops.truth).permute(0, 3, 1, 2).float() / 255
    hole = torch.from_numpy(crops.hole)
    return truth, bases(truth, hole), hole[:, None], torch.from_numpy(crops.known)[:, None]


def rows_of(crops: Holes, residual_scale: float, device: str = "cpu") -> Rows:
    """The crops' residuals on the harmonic fill, with what the network is told of them."""
    truth, base, hole, known = (part.to(device) for part in tensors(crops))
    context = context_of(base, hole)
    return Rows(scaled_residual(truth, base, hole, context, residual_scale), normalised(base, context),
                soft_mask(hole, known), hole)
