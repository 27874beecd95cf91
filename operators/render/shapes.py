"""Shapes that stickers, badges and patterns are made of: a square page of coverage each, `side` px wide."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from operators.render.ink import rounded_box
from operators.render.logo import filled
from operators.render.stamp import star

Shape = Callable[[int, np.random.Generator], np.ndarray]


def ellipse(side: int, at: tuple[float, float], reach: tuple[float, float]) -> np.ndarray:
    """(side, side) float32 coverage of an upright ellipse, in shares of the side."""
    axis = (np.arange(side, dtype=np.float32) + np.float32(0.5)) / side
    x, y = (axis[None] - at[0]) / reach[0], (axis[:, None] - at[1]) / reach[1]
    return np.clip((1 - np.hypot(x, y)) * min(reach) * side + 0.5, 0, 1).astype(np.float32)


def outline_of(function: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]], side: int) -> np.ndarray:
    """(side, side) float32 coverage of the closed curve (x, y)(t), t in 0..2 pi, scaled to fill the page."""
    x, y = function(np.linspace(0, 2 * np.pi, 72, endpoint=False))
    points = np.column_stack([x, y])
    points = (points - points.min(0)) / np.ptp(points, axis=0).max()
    return filled(side, 0.03 + 0.94 * (points + (1 - points.max(0)) / 2))


def disc(side: int, rng: np.random.Generator) -> np.ndarray:
    return ellipse(side, (0.5, 0.5), (0.48, 0.48))


def ring(side: int, rng: np.random.Generator) -> np.ndarray:
    inner = 0.48 - float(rng.uniform(0.03, 0.2))
    return disc(side, rng) - ellipse(side, (0.5, 0.5), (inner, inner))


def burst(side: int, rng: np.random.Generator) -> np.ndarray:
    """A star with many short points, as price tags have."""
    return star(side, side * 0.48, int(rng.integers(8, 25)), float(rng.uniform(0.7, 0.92)))


def tile(side: int, rng: np.random.Generator) -> np.ndarray:
    return rounded_box(side, side, side * float(rng.uniform(0, 0.4)))


def simple_star(side: int, rng: np.random.Generator) -> np.ndarray:
    return star(side, side * 0.48, int(rng.integers(4, 7)), float(rng.uniform(0.35, 0.5)))


def heart(side: int, rng: np.random.Generator) -> np.ndarray:
    return outline_of(
        lambda t: (16 * np.sin(t) ** 3, -13 * np.cos(t) + 5 * np.cos(2 * t) + 2 * np.cos(3 * t) + np.cos(4 * t)), side
    )


def drop(side: int, rng: np.random.Generator) -> np.ndarray:
    return outline_of(lambda t: (np.sin(t) * np.sin(t / 2) ** 1.5, np.cos(t)), side)[::-1]


def flower(side: int, rng: np.random.Generator) -> np.ndarray:
    count, depth = int(rng.integers(4, 9)), float(rng.uniform(0.15, 0.4))
    return outline_of(
        lambda t: (np.cos(t) * (1 + depth * np.cos(count * t)), np.sin(t) * (1 + depth * np.cos(count * t))), side
    )


def cloud(side: int, rng: np.random.Generator) -> np.ndarray:
    puffs = [ellipse(side, (x, 0.6 - 0.16 * (x > 0.3) * (x < 0.7)), (0.2, 0.2)) for x in (0.25, 0.45, 0.6, 0.75)]
    return np.maximum.reduce(puffs)


def bolt(side: int, rng: np.random.Generator) -> np.ndarray:
    return filled(
        side, np.array([[0.55, 0.02], [0.2, 0.55], [0.45, 0.55], [0.35, 0.98], [0.8, 0.4], [0.52, 0.4], [0.72, 0.02]])
    )


def arrow(side: int, rng: np.random.Generator) -> np.ndarray:
    t = float(rng.uniform(0.08, 0.2))
    half = np.array([[0.02, 0.5 - t], [0.55, 0.5 - t], [0.55, 0.12], [0.98, 0.5]])
    return np.rot90(
        filled(side, np.concatenate([half, half[:-1][::-1] * (1, -1) + (0, 1)])), int(rng.integers(4))
    ).copy()


def tick(side: int, rng: np.random.Generator) -> np.ndarray:
    return filled(side, np.array([[0.05, 0.55], [0.2, 0.42], [0.4, 0.62], [0.82, 0.1], [0.97, 0.22], [0.42, 0.92]]))


def cross(side: int, rng: np.random.Generator) -> np.ndarray:
    t = float(rng.uniform(0.07, 0.16))
    bar = np.array([[0.1 - t / 2, 0.1 + t], [0.1 + t, 0.1 - t / 2], [0.9 + t / 2, 0.9 - t], [0.9 - t, 0.9 + t / 2]])
    return np.maximum(filled(side, bar), filled(side, bar * (-1, 1) + (1, 0)))


def bubble(side: int, rng: np.random.Generator) -> np.ndarray:
    tail = filled(side, np.array([[0.25, 0.6], [0.15, 0.97], [0.5, 0.7]]))
    return np.maximum(ellipse(side, (0.5, 0.42), (0.47, 0.36)), tail)


SHAPES: tuple[Shape, ...] = (
    disc, ring, burst, tile, simple_star, heart, drop, flower, cloud, bolt, arrow, tick, cross, bubble,
)  # fmt: skip
GROUNDS: tuple[Shape, ...] = (disc, burst, tile, bubble, flower, simple_star)
