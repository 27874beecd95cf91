"""Normalisation by the context: what is known of a view is brought to zero mean and about unit contrast, so that light
and dark, flat and harsh places look alike to the network.

The unit is the local contrast, not that of the whole view: it tells how far a harmonic fill will be off (of 480
training crops, the logarithm of the error is left with a standard deviation of 0.47 instead of 0.57).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

WINDOW = 17  # px, side of the neighbourhood against whose mean the contrast is measured
LEAST_CONTRAST = 0.01  # below it a view is flat, and its noise is not to be blown up


@dataclass(frozen=True)
class Context:
    """mean: float32 (N, 3, 1, 1), of the known pixels. contrast: float32 (N, 1, 1, 1), their standard deviation around
    the mean of the known pixels near them, with LEAST_CONTRAST added in quadrature."""

    mean: Tensor
    contrast: Tensor


def context_of(base: Tensor, hole: Tensor) -> Context:
    """base: float32 (N, 3, H, W), 0..1. hole: bool (N, 1, H, W); if it is everything, the base is taken for known."""
    everything = hole.all(3, keepdim=True).all(2, keepdim=True)
    known = (~hole | everything).float()
    count = known.sum((2, 3), keepdim=True)
    mean = (base * known).sum((2, 3), keepdim=True) / count
    near = _window((base - mean) * known) / _window(known).clamp_min(1e-6)
    variance = ((base - mean - near).square() * known).sum((1, 2, 3), keepdim=True) / (base.shape[1] * count)
    return Context(mean, (variance + LEAST_CONTRAST**2).sqrt())


def _window(values: Tensor) -> Tensor:
    """Means over the window, zeros beyond the border."""
    return F.avg_pool2d(values, WINDOW, 1, WINDOW // 2)


def normalised(base: Tensor, context: Context) -> Tensor:
    """float32 (N, 3, H, W), about zero mean and unit local contrast."""
    return (base - context.mean) / context.contrast


def soft_mask(hole: Tensor, known: Tensor) -> Tensor:
    """float32 (N, 1, H, W): 0 outside the hole, in it 0.5 where the pixel is known to 1 where it is not.

    hole: bool (N, 1, H, W). known: float32 (N, 1, H, W), 0..1.
    """
    return 0.5 * hole * (2.0 - known)


def scaled_residual(truth: Tensor, base: Tensor, hole: Tensor, context: Context, scale: float) -> Tensor:
    """What the diffusion is over: (truth - base) / (contrast * scale) in the hole, 0 outside; float32 (N, 3, H, W)."""
    return torch.where(hole, (truth - base) / (context.contrast * scale), torch.zeros_like(base))
