"""Crops with holes as the diffusion network takes them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from experiments.training.holes.views import Views
from operators.models.diffusion.context import context_of, normalised, scaled_residual, soft_mask


@dataclass(frozen=True)
class Rows:
    """residual: float32 (N, 3, S, S), scaled, zero outside the hole. view: float32 (N, 3, S, S), the base,
    context-normalised. mask: float32 (N, 1, S, S), soft. hole: bool (N, 1, S, S)."""

    residual: Tensor
    view: Tensor
    mask: Tensor
    hole: Tensor


def rows_of(views: Views, residual_scale: float) -> Rows:
    """The views' residuals on the harmonic fill, with what the network is told of them."""
    truth, base = (x.contiguous(memory_format=torch.channels_last) for x in (views.truth, views.base))
    hole, context = views.hole > 0, context_of(base, views.hole > 0)
    return Rows(scaled_residual(truth, base, hole, context, residual_scale), normalised(base, context),
                soft_mask(hole, views.known), hole)
