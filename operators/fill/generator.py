"""What every generator takes and gives: square views with a hole, and what could stand there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np


@dataclass(frozen=True)
class FillView:
    """A generator's unit of work.

    base: float32 (S, S, 3), RGB 0..1: the picture where it is known, a membrane in the hole.
    hole: bool (S, S): the pixels asked for. Nothing of what the overlay hid there is in `base`.
    known: float32 (S, S), 0..1: share of each pixel that is known; 1 outside the hole, falling to 0 in its core.
    seed: of the random numbers of this candidate, 0 <= seed < 2**63; depends on (key, region, index) alone.
    """

    base: np.ndarray
    hole: np.ndarray
    known: np.ndarray
    seed: int


class Generator(Protocol):
    """name: as on the record. side: S of its views, px."""

    @property
    def name(self) -> str: ...

    @property
    def side(self) -> int: ...

    def fill(self, views: Sequence[FillView], temperature: float) -> list[np.ndarray]:
        """One candidate a view, float32 (S, S, 3), 0..1, equal to `base` outside the hole.

        temperature: 0 for the likeliest filling (the seed plays no part), 1 for one drawn as the network was trained.
        A candidate depends on its own view, seed and temperature alone: on a CPU the bytes are the same whatever shares
        the call.
        """
        ...
