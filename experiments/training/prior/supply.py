"""Crops with their harmonic bases. A base costs as much as half a step of the tokenizer, so every crop is used more
than once, each time among others and under another mask of committed tokens."""

from __future__ import annotations

import numpy as np
import torch

from experiments.training.holes.source import Source
from experiments.training.holes.views import Views

SHELF = 384  # crops
USES = 2.5  # of a crop, on average


class Supply:
    """Batches of views from a source of fresh ones. seed: of what is picked."""

    def __init__(self, source: Source, size: int, seed: int) -> None:
        self.source, self.size, self.rng = source, size, np.random.default_rng(seed)
        self.shelf: Views | None = None
        self.due = 0.0

    def get(self, count: int) -> Views:
        """A batch of different views, some of them fresh."""
        self.due += count / USES
        while self.shelf is None or len(self.shelf.truth) < count or self.due >= count:
            self.due = max(self.due - count, 0)
            self._put(self.source.get(self.size, count))
        return self.shelf.pick(torch.from_numpy(self.rng.permutation(len(self.shelf.truth))[:count]))

    def _put(self, fresh: Views) -> None:
        if self.shelf is None:
            self.shelf = fresh
        elif len(self.shelf.truth) < SHELF:
            parts = zip(vars(self.shelf).values(), vars(fresh).values(), strict=True)
            self.shelf = Views(*(torch.cat(pair) for pair in parts))
        else:
            place = torch.from_numpy(self.rng.permutation(len(self.shelf.truth))[: len(fresh.truth)])
            for old, new in zip(vars(self.shelf).values(), vars(fresh).values(), strict=True):
                old[place] = new

