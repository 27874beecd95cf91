"""One hole filled by a generator as the line does it: at the scale that its width asks for, from overlapping views."""

from __future__ import annotations

import numpy as np

from operators.fill.canvas import Canvas
from operators.fill.detail import ring_detail
from operators.fill.generator import Generator
from operators.fill.views import CrossFade, cut, places, step_for
from operators.picture import Picture
from operators.tiles import Box

SEEDS = 1000  # views of one filling have neighbouring seeds, fillings are this far apart


def laid(
    generator: Generator, base: np.ndarray, hole: np.ndarray, known: np.ndarray, temperature: float, seed: int
) -> np.ndarray:
    """Float32 (H, W, 3), 0..1, equal to `base` outside the hole.

    base: float32 (H, W, 3), RGB 0..1, a membrane in the hole. hole: bool (H, W), not empty. known: float32 (H, W).
    """
    canvas = canvas_of(base, hole, known, step_for(hole, generator.side))
    where = places(canvas.wanted, generator.side)
    views = [cut(canvas, place, generator.side, seed * SEEDS + i) for i, place in enumerate(where)]
    fade = CrossFade(canvas, generator.side)
    for place, filled in zip(where, generator.fill(views, temperature), strict=True):
        fade.lay(place, filled)
    whole = Box(0, 0, hole.shape[1], hole.shape[0], ())
    added = canvas.on(fade.added(), whole)
    lost = ring_detail(Picture(np.rint(base * 65535).astype(np.uint16), "PNG", "RGB"), canvas, 4, seed)
    added = added if lost is None else added + lost.on(whole)
    return np.where(hole[..., None], np.clip(base + added, 0, 1), base).astype(np.float32)


def canvas_of(base: np.ndarray, hole: np.ndarray, known: np.ndarray, step: int) -> Canvas:
    """As `operators.fill.canvas.read_canvas` has it of a picture whose holes are all laid."""
    if step == 1:
        return Canvas(base, hole, known, hole, 0, 0)
    covered = _means(hole[..., None].astype(np.float32), step)[..., 0] > 0
    return Canvas(_means(base, step), covered, _means(known[..., None], step)[..., 0], covered, 0, 0, step)


def _means(values: np.ndarray, step: int) -> np.ndarray:
    """Float32 (H, W, C) → means of step x step blocks, the last ones as wide as there is."""
    for axis in (0, 1):
        starts = np.arange(0, values.shape[axis], step)
        sizes = np.diff(np.append(starts, values.shape[axis])).astype(np.float32)
        values = np.add.reduceat(values, starts, axis=axis) / sizes.reshape([-1 if k == axis else 1 for k in range(3)])
    return values.astype(np.float32)
