"""Generators whose answers are known beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch

from operators.fill.generator import FillView


@dataclass
class Noise:
    """The base plus noise of the view's seed in the hole; at temperature 0 plus a constant. calls: views of each."""

    name: str = "noise"
    side: int = 64
    level: float = 0.05
    calls: list[int] = field(default_factory=list)

    def fill(self, views: Sequence[FillView], temperature: float) -> list[np.ndarray]:
        self.calls.append(len(views))
        return [self.one(view, temperature) for view in views]

    def one(self, view: FillView, temperature: float) -> np.ndarray:
        rng = np.random.default_rng(view.seed)
        added = self.level * (1 - temperature + temperature * rng.standard_normal(view.base.shape))
        return np.where(view.hole[..., None], view.base + added, view.base).astype(np.float32)


@dataclass
class Small(Noise):
    """Runs out of memory above `room` views."""

    room: int = 2

    def fill(self, views: Sequence[FillView], temperature: float) -> list[np.ndarray]:
        if len(views) > self.room:
            self.calls.append(len(views))
            raise torch.cuda.OutOfMemoryError("CUDA out of memory (simulated)")
        return super().fill(views, temperature)


@dataclass
class Picky(Noise):
    """Breaks, or gives what `bad` says, for views whose base is brighter than `limit` on the whole."""

    limit: float = 0.9
    bad: float | None = None

    def one(self, view: FillView, temperature: float) -> np.ndarray:
        if view.base.mean() <= self.limit:
            return super().one(view, temperature)
        if self.bad is None:
            raise RuntimeError("a view that cannot be filled")
        return np.where(view.hole[..., None], np.float32(self.bad), view.base)
