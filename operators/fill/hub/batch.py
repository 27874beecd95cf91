"""Views as pipelines want them: tensors whose sides are multiples of the network's factor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from operators.fill.generator import FillView


@dataclass(frozen=True)
class Batch:
    """rgb: float32 (N, 3, H, W), 0..1, the bases. change: float32 (N, 1, H, W), 0..1, how much each pixel may change:
    0 outside the hole, 1 in its core. seeds: of each view. temperature: as in `Generator.fill`."""

    rgb: Tensor
    change: Tensor
    seeds: tuple[int, ...]
    temperature: float

    def __len__(self) -> int:
        return len(self.seeds)

    def generators(self) -> list[torch.Generator]:
        """A fresh one a view, on the CPU whatever the device, so that every device draws the same noise."""
        return [torch.Generator("cpu").manual_seed(seed) for seed in self.seeds]

    def one(self, index: int) -> Batch:
        """That view alone."""
        at = slice(index, index + 1)
        return Batch(self.rgb[at], self.change[at], self.seeds[at], self.temperature)


def batch_of(views: Sequence[FillView], factor: int, temperature: float) -> Batch:
    """Views of one size, mirrored below and to the right to the next multiple of `factor`; holes are mirrored with
    what they lie on, so no membrane is taken for something known.

    A sampler has no likeliest filling: at temperature 0 all share one seed, so that the view's own plays no part.
    """
    rgb = np.stack([mirrored(view.base, factor) for view in views]).astype(np.float32)
    change = np.stack([mirrored(np.where(view.hole, 1 - view.known, 0), factor) for view in views]).astype(np.float32)
    seeds = tuple(view.seed if temperature > 0 else 0 for view in views)
    return Batch(torch.from_numpy(rgb).permute(0, 3, 1, 2).contiguous(), torch.from_numpy(change)[:, None], seeds,
                 temperature)


def pooled(change: Tensor, factor: int) -> Tensor:
    """(N, 1, H, W) → (N, 1, H/factor, W/factor): a cell changes as much as its most changing pixel, so a stroke of
    two pixels opens the cells under it (resizing to the grid would lose it)."""
    return F.max_pool2d(change, factor)


def unpooled(cells: Tensor, factor: int) -> Tensor:
    """Cells back on their pixels; a pipeline that resizes this to its grid by nearest neighbour gets them unchanged."""
    return F.interpolate(cells, scale_factor=float(factor), mode="nearest")


def mirrored(values: np.ndarray, factor: int) -> np.ndarray:
    """(h, w, ...) continued by reflection below and to the right to the next multiples of `factor`."""
    height, width = values.shape[:2]
    pad = [(0, -height % factor), (0, -width % factor)] + [(0, 0)] * (values.ndim - 2)
    return np.pad(values, pad, mode="reflect")
