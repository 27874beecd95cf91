"""Pull-push interpolation of scattered pixels (Gortler et al., "The Lumigraph", 1996), in element-wise torch."""

from __future__ import annotations

import torch
from torch import Tensor


def pull_push(images: Tensor, known: Tensor) -> Tensor:
    """A smooth guess where nothing is known.

    images: float32 (N, C, H, W), not read where `known` (bool, (N, 1, H, W)) is False. Returns float32 (N, C, H, W),
    equal to `images` where known, and 0 in a tile where nothing is.
    """
    weight = known.to(images.dtype)
    values = torch.where(known, images, torch.zeros_like(images))
    return _fill(values, weight)


def _fill(values: Tensor, weight: Tensor) -> Tensor:
    """values are means over what is known, weight its share 0..1."""
    height, width = values.shape[-2:]
    if max(height, width) == 1:
        return values
    share = halve(weight)
    mean = halve(values * weight) / share.clamp_min(1e-6)
    coarse = _fill(torch.where(share > 0, mean, torch.zeros_like(mean)), (4.0 * share).clamp_max(1.0))
    return weight * values + (1.0 - weight) * double(coarse, height, width)


def halve(x: Tensor) -> Tensor:
    """Means of 2x2 blocks; an odd last row or column counts as half empty."""
    return 0.25 * block_sums(x)


def double(x: Tensor, height: int, width: int) -> Tensor:
    """Bilinear upsampling by 2 (weights 3/4, 1/4), cut to (height, width)."""
    return _double_rows(_double_rows(x)[..., :height, :].transpose(-1, -2))[..., :width, :].transpose(-1, -2)


def _double_rows(x: Tensor) -> Tensor:
    above = torch.cat([x[..., :1, :], x[..., :-1, :]], -2)
    below = torch.cat([x[..., 1:, :], x[..., -1:, :]], -2)
    out = x.new_empty((*x.shape[:-2], 2 * x.shape[-2], x.shape[-1]))
    out[..., ::2, :] = 0.75 * x + 0.25 * above
    out[..., 1::2, :] = 0.75 * x + 0.25 * below
    return out


def link(east: Tensor, south: Tensor) -> Tensor:
    """Sum of the weights of the links that meet at each pixel; all (..., H, W), last column and row without a link."""
    total = east + south
    total[..., 1:] += east[..., :-1]
    total[..., 1:, :] += south[..., :-1, :]
    return total


def block_sums(x: Tensor, *, odd_rows: bool = False, odd_columns: bool = False) -> Tensor:
    """Sums over 2x2 blocks, (..., H, W) → (..., ceil(H/2), ceil(W/2)); on request of their odd rows or columns only."""
    return _pair_columns(_pair_rows(x, odd_rows), odd_columns)


def _pair_rows(x: Tensor, odd_only: bool) -> Tensor:
    out = torch.zeros_like(x[..., ::2, :]) if odd_only else x[..., ::2, :].clone()
    out[..., : x.shape[-2] // 2, :] += x[..., 1::2, :]
    return out


def _pair_columns(x: Tensor, odd_only: bool) -> Tensor:
    out = torch.zeros_like(x[..., ::2]) if odd_only else x[..., ::2].clone()
    out[..., : x.shape[-1] // 2] += x[..., 1::2]
    return out
