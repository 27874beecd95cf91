"""A pretrained pipeline as a generator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from operators.fill.generator import FillView
from operators.fill.hub.batch import Batch, batch_of
from operators.fill.hub.sampling import Sampling
from operators.fill.hub.style import match_statistics


class Painter(Protocol):
    """One kind of pipeline, a dataclass. sampling: how it samples. factor: sides of its views are multiples of it."""

    @property
    def sampling(self) -> Sampling: ...

    @property
    def factor(self) -> int: ...

    def paint(self, batch: Batch) -> Tensor:
        """Float (N, 3, H, W), 0..1, of the batch; known pixels too have been through the network."""
        ...


@dataclass
class HubGenerator:
    """A `Generator`. views_per_call: 1 on a CPU, where kernels may round differently in a larger batch and one view
    a call costs nothing. style: float32 (h, w, 3), RGB 0..1, whose colour statistics the filling takes on, or None.

    For another prompt or more steps with the same loaded networks and encodings:
    `replace(generator, painter=replace(generator.painter, sampling=...))`.
    """

    name: str
    side: int
    painter: Painter
    views_per_call: int = 1
    style: np.ndarray | None = None

    def fill(self, views: Sequence[FillView], temperature: float) -> list[np.ndarray]:
        """As in `Generator`. Between 0 and 1 only aMUSEd, which draws tokens, knows degrees of temperature; the noise
        of a diffusion pipeline is always of the strength that it was trained for.

        Raises ValueError for a view of another size, FloatingPointError when a network overflows.
        """
        for view in views:
            if view.base.shape != (self.side, self.side, 3):
                raise ValueError(f"{self.name} takes views of {self.side} px, not {view.base.shape}")
        filled = [view.base.astype(np.float32) for view in views]
        open_ = [index for index, view in enumerate(views) if view.hole.any()]
        for start in range(0, len(open_), self.views_per_call):
            group = open_[start : start + self.views_per_call]
            batch = batch_of([views[index] for index in group], self.painter.factor, temperature)
            for index, painted in zip(group, self._painted(batch), strict=True):
                filled[index] = self._composite(views[index], painted)
        return filled

    @torch.no_grad()
    def _painted(self, batch: Batch) -> np.ndarray:
        """Float32 (N, S, S, 3)."""
        painted = self.painter.paint(batch)[..., : self.side, : self.side].float().cpu()
        if not bool(torch.isfinite(painted).all()):
            raise FloatingPointError(f"{self.name} overflowed: load it with dtype float32 or bfloat16")
        return painted.clamp(0, 1).permute(0, 2, 3, 1).numpy()

    def _composite(self, view: FillView, painted: np.ndarray) -> np.ndarray:
        """What is known to a share keeps that share of the base; networks of latents alter known pixels too."""
        if self.style is not None:
            painted = match_statistics(painted, view.hole, self.style)
        change = (1 - view.known.astype(np.float32))[..., None]
        mixed = view.base + change * (painted - view.base)
        return np.where(view.hole[..., None], mixed, view.base).astype(np.float32)
