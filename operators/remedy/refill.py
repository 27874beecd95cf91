"""A generator as a `Refill`: a membrane in the hole, its views laid over it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from operators.fill.canvas import Canvas
from operators.fill.generator import Generator
from operators.fill.harmonic import fill_membrane
from operators.fill.views import CrossFade, cut, places


@dataclass(frozen=True)
class GeneratorRefill:
    """`Refill` by a generator. temperature: of the first candidate, 0 for the likeliest filling; others are drawn."""

    generator: Generator
    temperature: float = 0.0

    def __call__(
        self, rgb: np.ndarray, hole: np.ndarray, known: np.ndarray, seed: int, candidates: int
    ) -> list[np.ndarray]:
        if not hole.any() or hole.all():
            return []
        base = fill_membrane(rgb, hole)
        canvas = Canvas(base, hole, known.astype(np.float32), hole, 0, 0)
        return [np.clip(base + self._added(canvas, seed + index, 1.0 if index else self.temperature), 0, 1)
                for index in range(candidates)]

    def _added(self, canvas: Canvas, seed: int, temperature: float) -> np.ndarray:
        side = self.generator.side
        spots = places(canvas.wanted, side)
        views = [cut(canvas, place, side, (seed * 1009 + k) % 2**63) for k, place in enumerate(spots)]
        fade = CrossFade(canvas, side)
        for place, filled in zip(spots, self.generator.fill(views, temperature), strict=True):
            fade.lay(place, filled)
        return fade.added()
