"""Finite scalar quantisation (Mentzer et al., "Finite scalar quantization: VQ-VAE made simple", 2023): a code is a
point of a small grid, so there is no codebook to learn."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor


class FSQ:
    """levels: points along each of the D dimensions. A code is float32 (..., D) in [-1, 1]; its index counts the
    first dimension fastest."""

    def __init__(self, levels: Sequence[int]) -> None:
        self.levels = tuple(levels)
        self.size = math.prod(self.levels)

    def quantise(self, z: Tensor) -> Tensor:
        """float32 (..., D) of any range → codes of the same shape; gradients pass as if nothing had been rounded."""
        levels = z.new_tensor(self.levels)
        half = (levels - 1) * (1 + 1e-3) / 2
        offset = 0.5 * (levels % 2 == 0)
        bounded = torch.tanh(z + torch.atanh(offset / half)) * half - offset
        return (bounded + (bounded.round() - bounded).detach()) / (levels // 2)

    def indices(self, codes: Tensor) -> Tensor:
        """Codes (..., D) → int64 (...), 0 up to `size`."""
        halves, strides = self._grid(codes.device)
        return (((codes * halves).round().long() + halves) * strides).sum(-1)

    def codes(self, indices: Tensor) -> Tensor:
        """int64 (...) → float32 codes (..., D)."""
        halves, strides = self._grid(indices.device)
        levels = torch.tensor(self.levels, device=indices.device)
        return ((indices[..., None] // strides % levels) - halves).float() / halves

    def codebook(self, device: torch.device | str = "cpu") -> Tensor:
        """All codes in the order of their indices, float32 (size, D)."""
        return self.codes(torch.arange(self.size, device=device))

    def _grid(self, device: torch.device | str) -> tuple[Tensor, Tensor]:
        strides = [math.prod(self.levels[:d]) for d in range(len(self.levels))]
        return torch.tensor([n // 2 for n in self.levels], device=device), torch.tensor(strides, device=device)
