"""Marks of a free hand: scribbles, arrows, circles, underlines, highlighter, signatures."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from operators.render import palette
from operators.render.fonts import FontBook
from operators.render.ink import Ink
from operators.render.pose import place_block
from operators.render.prose import any_spot
from operators.render.sheet import Layer, Placement, Sheet, ink_quad, paint_sheet
from operators.render.strokes import catmull_rom, cursive_line
from operators.render.words import coinage

Strokes = Callable[[np.random.Generator], list[np.ndarray]]


def _scribble(rng: np.random.Generator) -> list[np.ndarray]:
    count = int(rng.integers(6, 26))
    x = np.linspace(0, 1, count) + rng.normal(0, 0.04, count)
    y = np.where(np.arange(count) % 2, 1, 0) * float(rng.uniform(0.1, 0.8)) + rng.normal(0, 0.06, count)
    return [catmull_rom(np.column_stack([x, y]))]


def _wander(rng: np.random.Generator) -> list[np.ndarray]:
    return [catmull_rom(np.cumsum(rng.normal(0, 0.2, (int(rng.integers(4, 16)), 2)), axis=0))]


def _round(rng: np.random.Generator) -> list[np.ndarray]:
    t = np.linspace(0, 2 * np.pi * float(rng.uniform(0.9, 2.3)), 40) + float(rng.uniform(0, 6))
    drift = 1 + np.linspace(0, float(rng.uniform(-0.2, 0.2)), 40)
    flat = float(rng.uniform(0.3, 1))
    return [np.column_stack([np.cos(t) * drift, flat * np.sin(t) * drift]) / 2]


def _arrow(rng: np.random.Generator) -> list[np.ndarray]:
    shaft = catmull_rom(np.array([[0, 0], [0.5, float(rng.uniform(-0.4, 0.4))], [1, 0]]))
    back = shaft[-3] - shaft[-1]
    back = back / max(float(np.hypot(*back)), 1e-6) * float(rng.uniform(0.12, 0.3))
    turns = [np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) for a in (0.5, -0.5)]
    return [shaft, np.array([shaft[-1] + turns[0] @ back, shaft[-1], shaft[-1] + turns[1] @ back])]


def _underline(rng: np.random.Generator) -> list[np.ndarray]:
    count = int(rng.integers(1, 4))
    return [
        catmull_rom(np.column_stack([np.linspace(0, 1, 5), 0.08 * number + rng.normal(0, 0.012, 5)]))
        for number in range(count)
    ]


def _crossed(rng: np.random.Generator) -> list[np.ndarray]:
    ends = np.array([[[0, 0], [1, 1]], [[1, 0], [0, 1]]]) + rng.normal(0, 0.06, (2, 2, 2))
    return list(ends)


def _spiral(rng: np.random.Generator) -> list[np.ndarray]:
    t = np.linspace(0, 2 * np.pi * float(rng.uniform(2, 6)), 120)
    return [np.column_stack([np.cos(t), np.sin(t)]) * (0.05 + 0.45 * t / t[-1])[:, None]]


def _tick(rng: np.random.Generator) -> list[np.ndarray]:
    return [np.array([[0, 0.6], [0.3, 1.0], [1.0, 0.0]]) + rng.normal(0, 0.05, (3, 2))]


PATHS: tuple[Strokes, ...] = (_scribble, _wander, _round, _arrow, _underline, _crossed, _spiral, _tick)
_PENS = (palette.BLACK, palette.WHITE, (0.9, 0.1, 0.1), (0.1, 0.2, 0.8), (0.1, 0.6, 0.2), (1.0, 0.9, 0.1))


def draw_doodle(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> list[Placement]:
    """One to four marks of a pen, a brush or a highlighter."""
    placements = []
    short = min(photo.shape[:2])
    for _ in range(int(rng.choice([1, 2, 4], p=[0.6, 0.25, 0.15]))):
        size = float(rng.uniform(0.08, 0.8)) * short
        marker = rng.random() < 0.2
        weight = short * float(rng.uniform(0.02, 0.07) if marker else rng.uniform(0.003, 0.02))
        paths = [path * size for path in PATHS[int(rng.integers(len(PATHS)))](rng)]
        colour = palette.pick(rng, _PENS) if rng.random() < 0.7 else palette.vivid(rng)
        opacity = float(rng.uniform(0.25, 0.6)) if marker else float(rng.choice([1.0, rng.uniform(0.4, 1)]))
        layers = [Layer(pen(paths, max(weight, 1.2), rng, 0.0 if marker else 0.5), colour)]
        sheet = paint_sheet(layers, [""], opacity)
        sheet = Sheet(sheet.rgba, [ink_quad(sheet.rgba)], [""])
        placements.append(place_block(photo, sheet, any_spot(photo, rng), 1.0, rng, float(rng.normal(0, 30))))
    return placements


def draw_signature(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> list[Placement]:
    """A name in a quick thin hand with a flourish below, in a corner mostly."""
    em = max(14.0, float(rng.uniform(0.06, 0.2)) * min(photo.shape[:2]))
    text = coinage(rng) if rng.random() < 0.5 else f"{coinage(rng, 1)} {coinage(rng)}"
    name = cursive_line(text, em, max(em * float(rng.uniform(0.02, 0.05)), 1.0), rng)
    colour = palette.pick(rng, _PENS)
    layers = [Layer(name, colour)]
    if rng.random() < 0.6:
        wide = name.coverage.shape[1]
        x = np.array([1.0, 0.5, 0.0, 0.15, 1.1])
        points = np.column_stack([x * wide, em * (0.3 + rng.normal(0, 0.12, 5))])
        layers.append(Layer(pen([catmull_rom(points)], max(em * 0.03, 1.0), rng, 0.6).moved(name.x, 0), colour))
    sheet = paint_sheet(layers, [text], float(rng.uniform(0.4, 1.0)))
    spot = any_spot(photo, rng)
    return [place_block(photo, sheet, spot, 1.0, rng, float(rng.normal(-4, 8)), 0.05, float(rng.uniform(0.8, 1.3)))]


def pen(paths: list[np.ndarray], weight: float, rng: np.random.Generator, contrast: float) -> Ink:
    """The (N, 2) px paths drawn by a pen about `weight` px wide whose pressure wanders by the share `contrast`."""
    every = np.concatenate(paths)
    pad = int(np.ceil(1.6 * weight)) + 2
    low = np.floor(every.min(0)).astype(int) - pad
    wide, tall = np.ceil(every.max(0)).astype(int) + pad - low
    page = np.zeros((tall, wide), np.uint8)
    phase, pace = float(rng.uniform(0, 6)), float(rng.uniform(0.05, 0.4))
    for path in paths:
        fixed = np.rint((path - low) * 16).astype(np.int32)
        widths = weight * (1 + contrast * np.sin(phase + pace * np.arange(len(fixed) - 1)))
        steps = np.maximum(np.rint(widths), 1).astype(int)
        cuts = [0, *(np.flatnonzero(np.diff(steps)) + 1).tolist(), len(steps)]
        for start, end in zip(cuts[:-1], cuts[1:], strict=True):
            cv2.polylines(page, [fixed[start : end + 1]], False, 255, int(steps[start]), cv2.LINE_AA, 4)
    return Ink(page.astype(np.float32) / 255, int(low[0]), int(low[1]))
