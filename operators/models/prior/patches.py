"""A view as tokens: one per PATCH x PATCH pixels, row by row."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

PATCH = 8
_LEAST_SCALE = 0.02  # of full scale: below, contrast is noise


def patches(pixels: Tensor) -> Tensor:
    """(N, C, H, W) → (N, T, C * PATCH * PATCH), the pixels of each token; nothing is mixed."""
    return F.pixel_unshuffle(pixels, PATCH).flatten(2).transpose(1, 2)


def means(pixels: Tensor) -> Tensor:
    """float32 (N, 1, H, W) → (N, T), the mean of each token's pixels."""
    return F.avg_pool2d(pixels, PATCH).flatten(1)


def image_of(tokens: Tensor) -> Tensor:
    """(N, T, D) of a square view → (N, D, side, side), one pixel per token."""
    side = round(tokens.shape[1] ** 0.5)
    return tokens.transpose(1, 2).unflatten(2, (side, side))


@dataclass(frozen=True)
class Tone:
    """Brightness and contrast of what is known of a view. mean: (N, 3, 1, 1). scale: (N, 1, 1, 1), standard deviation
    of full scale."""

    mean: Tensor
    scale: Tensor

    def normalised(self, base: Tensor) -> Tensor:
        """(N, 3, H, W), RGB 0..1 → about zero mean and unit contrast."""
        return (base - self.mean) / self.scale


def tone(base: Tensor, known: Tensor) -> Tone:
    """Of base (N, 3, H, W), weighted by known (N, 1, H, W), 0..1: what lies in the hole has no part in it."""
    weight = known.clamp_min(1e-6)
    weight = weight / weight.sum((2, 3), keepdim=True)
    mean = (base * weight).sum((2, 3), keepdim=True)
    variance = ((base - mean) ** 2 * weight).sum((2, 3), keepdim=True).mean(1, keepdim=True)
    return Tone(mean, variance.sqrt().clamp_min(_LEAST_SCALE))


def depth(hole: Tensor) -> Tensor:
    """float32 (N, T): steps to the nearest token that holds known pixels, diagonal ones counted as one; 0 for those
    that hold some. hole: bool (N, 1, H, W), of a square view. In a view without any known pixel all are 0."""
    lost = 1 - F.max_pool2d((~hole).float(), PATCH)
    lost = lost * (lost.amin((1, 2, 3), keepdim=True) == 0)
    steps = torch.zeros_like(lost)
    while bool(lost.any()):
        steps += lost
        lost = -F.max_pool2d(-lost, 3, 1, 1)
    return steps.flatten(1)
