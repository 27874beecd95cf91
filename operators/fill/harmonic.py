"""Membrane fill: the hole takes the surface that solves Laplace's equation between the pixels around it.

Multigrid with Galerkin coarsening by 2x2 aggregation (Braess, "Towards algebraic multigrid for elliptic problems of
second order", 1995; coarse links halved, as there) and Chebyshev smoothing (Adams et al., 2003). Only single
multiplications and additions of float32: no reductions, no convolutions, no fused operations, so that a tile gives the
same bits alone, in any batch and on any number of threads.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from operators.fill.pyramid import block_sums, link, pull_push

SMOOTHING = (1.39, 0.56)  # inverse roots of the Chebyshev polynomial over [1/2, 2], the rough half of the spectrum
COARSE_LINK = 0.5  # twice as many links, each twice as long
COARSE_ANCHOR = 0.85  # between 1 (thin holes) and 2/3 (wide ones); measured
COARSEST = 4


@dataclass
class Level:
    """One grid, its pixels in one flat dimension. Shapes (N, 1, H * W).

    east, south: weights of the links to the right and lower neighbour, 0 where there is none.
    total: sum of all links of a pixel, those to known pixels included. inverse: 1 / total, 0 where nothing is unknown.
    steps: inverse times the weights of the smoother.
    """

    height: int
    width: int
    east: Tensor
    south: Tensor
    total: Tensor
    inverse: Tensor
    steps: tuple[Tensor, ...] = ()

    def __post_init__(self) -> None:
        self.steps = tuple(weight * self.inverse for weight in SMOOTHING)


def membrane(images: Tensor, known: Tensor, cycles: int = 4) -> Tensor:
    """Fill what is not known with a membrane; the edge of the tile is free (Neumann).

    images: float32 (N, C, H, W); values where `known` is False are never read. known: bool (N, 1, H, W).
    Returns float32 (N, C, H, W), equal to `images` where known. A tile without any known pixel becomes 0.
    Each cycle shrinks the error by 2 to 5 times; the start is a pull-push interpolation. Raises `ValueError` when the
    shapes do not belong together.
    """
    if images.shape[0] != known.shape[0] or images.shape[2:] != known.shape[2:] or known.shape[1] != 1:
        raise ValueError(f"images {tuple(images.shape)} and known {tuple(known.shape)} are not of the same tiles")
    with torch.inference_mode():
        levels = _levels(~known)
        start = pull_push(images, known)
        values, free = start.flatten(2), (~known).float().flatten(2)
        everywhere = _whole(levels[0], known)
        zero = torch.zeros_like(values)
        for _ in range(cycles):
            residual = _residual(values, zero, everywhere) * free
            values = values + _cycle(residual, levels, 0)
        return torch.where(known, images, values.view_as(images))


def fill_membrane(rgb: np.ndarray, hole: np.ndarray, cycles: int = 4) -> np.ndarray:
    """`membrane` of one picture: float32 (H, W, C) and bool (H, W) → float32 (H, W, C). Works on the hole's
    bounding box only, so the size of the picture does not matter."""
    out = rgb.copy()
    rows, columns = np.flatnonzero(hole.any(1)), np.flatnonzero(hole.any(0))
    if rows.size == 0:
        return out
    box = slice(max(rows[0] - 1, 0), rows[-1] + 2), slice(max(columns[0] - 1, 0), columns[-1] + 2)
    images = torch.from_numpy(np.ascontiguousarray(rgb[box].transpose(2, 0, 1)))[None]
    known = torch.from_numpy(~hole[box])[None, None]
    out[box] = membrane(images, known, cycles)[0].numpy().transpose(1, 2, 0)
    return out


def _levels(free: Tensor) -> list[Level]:
    height, width = free.shape[-2:]
    weight = free.float()
    east, south = torch.zeros_like(weight), torch.zeros_like(weight)
    east[..., :-1] = weight[..., 1:] * weight[..., :-1]
    south[..., :-1, :] = weight[..., 1:, :] * weight[..., :-1, :]
    anchor = (_neighbours(weight) - link(east, south)) * weight
    levels = [_level(east, south, anchor)]
    while max(height, width) > COARSEST:
        east, south = COARSE_LINK * block_sums(east, odd_columns=True), COARSE_LINK * block_sums(south, odd_rows=True)
        anchor = COARSE_ANCHOR * block_sums(anchor)
        height, width = east.shape[-2:]
        levels.append(_level(east, south, anchor))
    return levels


def _neighbours(like: Tensor) -> Tensor:
    """How many of its four neighbours a pixel has, (N, 1, H, W)."""
    east, south = torch.ones_like(like), torch.ones_like(like)
    east[..., -1], south[..., -1, :] = 0.0, 0.0
    return link(east, south)


def _level(east: Tensor, south: Tensor, anchor: Tensor) -> Level:
    total = link(east, south) + anchor
    inverse = torch.where(total > 0, 1.0 / total.clamp_min(1e-12), torch.zeros_like(total))
    height, width = east.shape[-2:]
    return Level(height, width, east.flatten(2), south.flatten(2), total.flatten(2), inverse.flatten(2))


def _whole(level: Level, known: Tensor) -> Level:
    """The links of the image itself, known pixels included."""
    ones = torch.ones(known.shape, dtype=torch.float32, device=known.device)
    east, south = ones.clone(), ones.clone()
    east[..., -1], south[..., -1, :] = 0.0, 0.0
    east, south, total = (x.flatten(2) for x in (east, south, _neighbours(ones)))
    return Level(level.height, level.width, east, south, total, level.inverse)


def _residual(u: Tensor, right: Tensor, level: Level) -> Tensor:
    """right - A u, where A is the graph Laplacian of the level's links, anchored at the known pixels."""
    width = level.width
    east, south = level.east[..., :-1], level.south[..., :-width]
    out = right - u * level.total
    out[..., :-1] += east * u[..., 1:]
    out[..., 1:] += east * u[..., :-1]
    out[..., :-width] += south * u[..., width:]
    out[..., width:] += south * u[..., :-width]
    return out


def _smooth(error: Tensor, right: Tensor, level: Level, steps: tuple[Tensor, ...]) -> Tensor:
    for step in steps:
        error = error + _residual(error, right, level) * step
    return error


def _cycle(right: Tensor, levels: list[Level], depth: int) -> Tensor:
    """One V-cycle for A e = right, from e = 0."""
    level = levels[depth]
    error = _smooth(right * level.steps[0], right, level, level.steps[1:])
    if depth + 1 == len(levels):
        return _smooth(error, right, level, level.steps * 2)
    rest = _residual(error, right, level).unflatten(2, (level.height, level.width))
    coarse = _cycle(block_sums(rest).flatten(2), levels, depth + 1)
    below = levels[depth + 1]
    error = error + _spread(coarse.unflatten(2, (below.height, below.width)), level)
    return _smooth(error, right, level, level.steps[::-1])


def _spread(coarse: Tensor, level: Level) -> Tensor:
    """Each block's correction to its free pixels."""
    wide = coarse.repeat_interleave(2, -1)[..., : level.width]
    fine = wide.repeat_interleave(2, -2)[..., : level.height, :].flatten(2)
    return fine * (level.total > 0)
