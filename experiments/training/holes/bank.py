"""Crops with holes that are made where the network trains: cut, recoloured and recompressed on the device, so that one
that does thousands of crops a second does not wait for them.

What `cut_hole` does, but that photograph and hole do not belong together.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import torch
from torch import Tensor

from experiments.training.holes.base import bases
from experiments.training.holes.crops import LEAST, MOST
from experiments.training.holes.masks import hole_and_known, load_masks
from experiments.training.holes.photographs import Photographs
from experiments.training.holes.recompressed import UNIT, recompressed
from experiments.training.holes.views import Views
from operators.measures.luma import WEIGHTS

RECOLOURED, GREY, RECOMPRESSED, HALVED = 0.5, 0.03, 0.6, 0.6  # shares of the crops
GAMMA, GAIN, QUALITY = 0.35, 0.12, (60, 96)
SPARE = 1.6  # crops cut for one that has a hole of LEAST to MOST


class Bank:
    """A source of crops. masks: file of `pack`. Raises ValueError without photographs."""

    cheap: ClassVar[bool] = True

    def __init__(self, photographs: Sequence[Path], masks: Path, device: str, seed: int = 0) -> None:
        self.photographs = Photographs(photographs, device, seed)
        self.masks = torch.from_numpy(load_masks(masks)).to(device)
        self.random = torch.Generator(device).manual_seed(seed)
        self.device = device

    def __enter__(self) -> Bank:
        return self

    def __exit__(self, *exc: object) -> None:
        """Nothing is open."""

    def get(self, size: int, count: int) -> Views:
        """`count` fresh views of size x size px."""
        mask = self._masks(size, count)
        hole, known = hole_and_known(mask)
        truth = self._truth(size, len(mask))
        return Views(truth, bases(truth, hole), hole[:, None].float(), known[:, None])

    def _masks(self, size: int, count: int) -> Tensor:
        """uint8 (count, size, size), each around a pixel of its hole, flipped and turned."""
        found: list[Tensor] = []
        while sum(map(len, found)) < count:
            one = torch.randint(len(self.masks), (round(count * SPARE),), generator=self.random, device=self.device)
            windows = self._windows(self.masks[one], size)
            share = hole_and_known(windows)[0].float().mean((1, 2))
            found.append(windows[(share >= LEAST) & (share <= MOST)])
        return self._turned(torch.cat(found)[:count])

    def _windows(self, masks: Tensor, size: int) -> Tensor:
        count, side = masks.shape[:2]
        pixel = (self._toss(count, side * side) * hole_and_known(masks)[0].flatten(1)).argmax(1)
        steps = torch.arange(size, device=self.device)
        centre = torch.stack([pixel // side, pixel % side]) - size * (0.2 + 0.6 * self._toss(2, count))
        y, x = centre.clamp(0, side - size).long()
        return masks[torch.arange(count, device=self.device)[:, None, None], (y[:, None] + steps)[:, :, None],
                     (x[:, None] + steps)[:, None]]

    def _turned(self, masks: Tensor) -> Tensor:
        """Each in one of the eight ways."""
        down, across, turned = self._toss(3, len(masks), 1, 1) < 0.5
        masks = torch.where(down, masks.flip(1), masks)
        masks = torch.where(across, masks.flip(2), masks)
        return torch.where(turned, masks.transpose(1, 2), masks)

    def _truth(self, size: int, count: int) -> Tensor:
        """float32 (count, 3, size, size), 0..1: recompressed on a grid of blocks that is nobody's grid of tokens."""
        wide = self.photographs.crops(count, -(-(size + UNIT - 1) // UNIT) * UNIT, self.random)
        wide = torch.where(self._toss(count, 1, 1, 1) < 0.5, wide.flip(3), wide)
        wide = self._recoloured(wide)
        quality = QUALITY[0] + (QUALITY[1] - QUALITY[0]) * self._toss(count)
        coded = recompressed(wide, quality.floor(), self._toss(count) < HALVED)
        wide = torch.where(self._toss(count, 1, 1, 1) < RECOMPRESSED, coded, wide)
        y, x = torch.randint(wide.shape[-1] - size + 1, (2,), generator=self.random, device=self.device).tolist()
        return (wide[..., y : y + size, x : x + size] / 255).contiguous()

    def _recoloured(self, rgb: Tensor) -> Tensor:
        """Gamma, gain by channel, and now and then grey; whole numbers 0..255."""
        count = len(rgb)
        gamma = torch.exp(GAMMA * (2 * self._toss(count, 1, 1, 1) - 1))
        gains = torch.exp(GAIN * (2 * self._toss(count, 3, 1, 1) - 1))
        changed = (255 * (rgb / 255) ** gamma * gains).clamp(0, 255).floor()
        grey = (changed * rgb.new_tensor(WEIGHTS).view(1, 3, 1, 1)).sum(1, keepdim=True).round()
        toss = self._toss(count, 1, 1, 1)
        return torch.where(toss < RECOLOURED, torch.where(toss < GREY, grey, changed), rgb)

    def _toss(self, *shape: int) -> Tensor:
        return torch.rand(*shape, generator=self.random, device=self.device)
