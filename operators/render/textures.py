"""Regular things that look like letters to a detector and are none: (h, w) float32 coverage of their pattern."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from operators.render.ink import rounded_box
from operators.render.patterns import ruled
from operators.render.shapes import SHAPES
from operators.render.strokes import catmull_rom

Texture = Callable[[int, int, np.random.Generator], np.ndarray]


def _period(height: int, rng: np.random.Generator, low: float = 0.03, high: float = 0.2) -> float:
    return max(float(np.exp(rng.uniform(np.log(low), np.log(high)))) * height, 4.0)


def _repeated(cell: np.ndarray, width: int, height: int, stagger: bool = False) -> np.ndarray:
    tall, wide = cell.shape
    rows = [
        np.tile(np.roll(cell, wide // 2 * (n % 2) * stagger, axis=1), -(-width // wide))
        for n in range(-(-height // tall))
    ]
    return np.concatenate(rows)[:height, :width]


def _across(width: int, height: int) -> np.ndarray:
    return np.ascontiguousarray(np.broadcast_to(np.arange(width, dtype=np.float32), (height, width)))


def bars(width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """Upright bars with two rails: railings, fences, bar stools."""
    period = _period(height, rng)
    page = ruled(_across(width, height), period, period * float(rng.uniform(0.15, 0.5)), float(rng.uniform(0, period)))
    for row in (0.06, 0.9):
        page[round(row * height) : round((row + 0.05) * height)] = 1
    return page


def slats(width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """Blinds: bands that go from light to dark, with two cords."""
    ramp = (np.arange(height, dtype=np.float32) / np.float32(_period(height, rng, 0.03, 0.1))) % 1
    page = np.repeat((ramp ** float(rng.uniform(0.5, 3)))[:, None], width, axis=1)
    for column in (0.2, 0.8):
        page[:, round(column * width) : round(column * width) + 2] = 1
    return page


def lattice(width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """A grid, upright or diagonal: fences, tiles, panes."""
    period = _period(height, rng, 0.04, 0.25)
    thick = max(period * float(rng.uniform(0.05, 0.3)), 1.0)
    x, y = _across(width, height), np.ascontiguousarray(_across(height, width).T)
    along = (x, y) if rng.random() < 0.6 else (x + y, x - y)
    return np.maximum(
        *(
            ruled(a, period * scale, thick, 0.0)
            for a, scale in zip(along, (1.0, float(rng.uniform(0.6, 1.6))), strict=True)
        )
    )


def keys(width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """Rounded tiles in rows, staggered or not: keyboards, bricks, windows."""
    tall = round(_period(height, rng, 0.06, 0.22))
    wide = max(round(tall * float(rng.uniform(0.6, 2.5))), 4)
    gap = max(round(tall * float(rng.uniform(0.06, 0.35))), 1)
    cell = np.zeros((tall, wide), np.float32)
    inner = rounded_box(max(wide - gap, 2), max(tall - gap, 2), tall * float(rng.choice([0, 0.15])))
    cell[: inner.shape[0], : inner.shape[1]] = inner
    page = _repeated(cell, width, height, rng.random() < 0.5)
    lit = rng.random((height // tall + 1, width // wide + 1)).astype(np.float32) * float(rng.uniform(0, 0.7))
    return page * (1 - np.kron(lit, np.ones((tall, wide), np.float32))[:height, :width])


def volumes(width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """Backs of books, planks or pickets of many widths, without a word, with bands at times."""
    widths = rng.integers(5, max(height // 6, 8), width // 5 + 1)
    tone = np.repeat(rng.random(len(widths)), widths)[:width].astype(np.float32)
    page = np.repeat(tone[None], height, axis=0)
    for row in rng.random(int(rng.integers(0, 5))):
        page[round(row * height) : round(row * height) + int(rng.integers(2, 8))] *= 0.4
    return page


def stripes(width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """Stripes, or a chequer of them."""
    period = _period(height, rng)
    page = (np.sin(_across(width, height) * (2 * np.pi / period)) > 0).astype(np.float32)
    if rng.random() < 0.5:
        down = (np.sin(np.arange(height) * (2 * np.pi / period)) > 0).astype(np.float32)[:, None]
        page = np.abs(page - down)
    return page


def dots(width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """Dots, stars or other small shapes in rows: holes, cloth, flags."""
    side = round(_period(height, rng, 0.04, 0.15)) + 4
    cell = np.zeros((round(side * float(rng.uniform(1.1, 2))), round(side * float(rng.uniform(1.1, 2)))), np.float32)
    cell[:side, :side] = (
        SHAPES[int(rng.integers(len(SHAPES)))](side, rng) if rng.random() < 0.6 else SHAPES[0](side, rng)
    )
    return _repeated(cell, width, height, rng.random() < 0.5)


def slots(width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """Rows of short bars of many lengths: vents, stitches, shelves from afar."""
    page = np.zeros((height, width), np.float32)
    step = max(_period(height, rng, 0.04, 0.12), 6.0)
    for row in np.arange(step / 2, height - step / 2, step):
        widths = rng.integers(2, round(step) + 4, width // 3)
        runs = np.repeat(np.arange(len(widths)) % 2, widths)[:width]
        page[round(row) : round(row + 0.5 * step)] = np.pad(runs, (0, width - len(runs)))
    return page


def strands(width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """Many thin curves about one direction: hair, grass, twigs; or a few long ones: wires."""
    page = np.zeros((height, width), np.uint8)
    few = rng.random() < 0.3
    reach = np.array([width, height]) * (1.2 if few else float(rng.uniform(0.05, 0.4)))
    a, spread = float(rng.uniform(0, np.pi)), float(rng.uniform(0.05, 0.6))
    for _ in range(int(rng.integers(2, 7)) if few else int(rng.integers(40, 200))):
        turn = a + float(rng.normal(0, spread))
        ends = np.array([-0.5, -0.15, 0.2, 0.5])[:, None] * np.array([np.cos(turn), np.sin(turn)]) * reach
        curve = catmull_rom(ends + rng.random(2) * (width, height) + rng.normal(0, 0.05, (4, 2)) * reach)
        cv2.polylines(
            page,
            [np.rint(curve * 16).astype(np.int32)],
            False,
            int(rng.integers(120, 256)),
            int(rng.integers(1, 4)),
            cv2.LINE_AA,
            4,
        )
    return page.astype(np.float32) / 255


def leaves(width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """Short thick strokes and blobs at random: foliage, gravel, highlights on water."""
    page = np.zeros((height, width), np.uint8)
    size = _period(height, rng, 0.02, 0.1)
    count = min(int(width * height / size**2 * float(rng.uniform(0.1, 0.5))), 500)
    for x, y, angle, long, flat in rng.random((count, 5)).tolist():
        axes = (max(round(size * (0.3 + long)), 1), max(round(size * (0.1 + 0.4 * flat * long)), 1))
        at = (round(x * width), round(y * height))
        cv2.ellipse(page, at, axes, 360 * angle, 0, 360, int(120 + 135 * flat), -1, cv2.LINE_AA)
    return page.astype(np.float32) / 255


TEXTURES: tuple[Texture, ...] = (
    bars,
    slats,
    lattice,
    keys,
    keys,
    volumes,
    stripes,
    dots,
    slots,
    strands,
    strands,
    leaves,
)
