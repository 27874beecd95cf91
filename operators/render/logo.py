"""Logos: a few plain shapes in one or two colours, often with a name."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from operators.render import palette
from operators.render.fonts import FontBook
from operators.render.ink import Ink, rounded_box, set_line
from operators.render.pose import place_block
from operators.render.sheet import Layer, Placement, Sheet, paint_sheet
from operators.render.stamp import star
from operators.render.typeset import fit
from operators.render.words import coinage


def draw_logo(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> list[Placement]:
    """One mark in a corner or elsewhere: emblem, emblem and name, or a name in a shape; opaque or translucent."""
    height, width = photo.shape[:2]
    detail = float(rng.choice([1.0, 1.5, 2.0]))
    side = max(12, round(float(rng.uniform(0.1, 0.26)) * min(height, width) * detail))
    first = palette.vivid(rng) if rng.random() < 0.65 else palette.pick(rng, (palette.WHITE, palette.BLACK))
    second = palette.opposite(first) if rng.random() < 0.6 else palette.vivid(rng)
    layers = emblem(side, first, second, rng, fonts)
    text = ""
    if rng.random() < 0.5:
        text = coinage(rng).upper() if rng.random() < 0.4 else coinage(rng)
        layers.append(_name(text, side, 0.8 * width * detail, first, rng, fonts))
    opacity = float(rng.uniform(0.75, 1.0)) if rng.random() < 0.65 else float(rng.uniform(0.3, 0.6))
    sheet: Sheet = paint_sheet(layers, [text], opacity)
    if rng.random() < 0.75:
        column, row = float(rng.choice([0.03, 0.97])), float(rng.choice([0.03, 0.97]))
    else:
        column, row = float(rng.random()), float(rng.random())
    return [place_block(photo, sheet, (column * width, row * height), detail, rng, tilt=0.06)]


def _name(text: str, side: int, room: float, colour: palette.RGB, rng: np.random.Generator, fonts: FontBook) -> Layer:
    face = fonts.pick(rng, "sans", "display", "serif", covering=text, heavy=True)
    beside = rng.random() < 0.55
    em = side * float(rng.uniform(0.4, 0.65)) if beside else side * float(rng.uniform(0.25, 0.4))
    ink = set_line(text, face, fit(text, face, em, max(room - side, side))[1])
    x0, y0, x1, y1 = ink.box()
    if beside:
        return Layer(ink.moved(round(side * 1.12) - x0, round(side / 2 - (y0 + y1) / 2)), colour)
    return Layer(ink.moved(round(side / 2 - (x0 + x1) / 2), round(side * 1.1) - y0), colour)


def emblem(
    side: int, first: palette.RGB, second: palette.RGB, rng: np.random.Generator, fonts: FontBook
) -> list[Layer]:
    """A ground shape in the first colour and a figure on it in the second, or a figure alone."""
    grounds: tuple[Callable[[int, np.random.Generator], np.ndarray], ...] = (_disc, _tile, _polygon, _shield)
    figures: tuple[Callable[[int, np.random.Generator], np.ndarray], ...] = (
        _star, _bars, _arcs, _polygon, _petals, _swoosh,
    )  # fmt: skip
    figure = figures[int(rng.integers(len(figures)))](side, rng)
    if rng.random() < 0.3:
        return [Layer(Ink(figure, 0, 0), first)]
    ground = Layer(Ink(grounds[int(rng.integers(len(grounds)))](side, rng), 0, 0), first)
    if rng.random() < 0.3:
        letter = "ABCDEFGHKLMNOPRSTVWXZ"[int(rng.integers(21))]
        ink = set_line(letter, fonts.pick(rng, "sans", "serif", "display", covering=letter, heavy=True), side * 0.6)
        x0, y0, x1, y1 = ink.box()
        return [ground, Layer(ink.moved(round((side - x0 - x1) / 2), round((side - y0 - y1) / 2)), second)]
    small = max(round(side * 0.58), 2)
    inner = cv2.resize(figure, (small, small), interpolation=cv2.INTER_AREA)
    return [ground, Layer(Ink(inner, (side - small) // 2, (side - small) // 2), second)]


def filled(side: int, corners: np.ndarray) -> np.ndarray:
    """(side, side) float32 coverage of a polygon given in units of the side."""
    page = np.zeros((side, side), np.uint8)
    cv2.fillPoly(page, [np.rint(corners * side * 16 - 8).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return page.astype(np.float32) / 255


def _circle(side: int, radius: float, at: tuple[float, float] = (0.5, 0.5)) -> np.ndarray:
    axis = (np.arange(side, dtype=np.float32) + 0.5) / side
    far = np.hypot(axis[None] - at[0], axis[:, None] - at[1])
    return np.clip((radius - far) * side + 0.5, 0, 1)


def _disc(side: int, rng: np.random.Generator) -> np.ndarray:
    disc = _circle(side, 0.49)
    return disc if rng.random() < 0.6 else disc - _circle(side, 0.49 - float(rng.uniform(0.05, 0.14)))


def _tile(side: int, rng: np.random.Generator) -> np.ndarray:
    return rounded_box(side, side, side * float(rng.uniform(0.0, 0.35)))


def _polygon(side: int, rng: np.random.Generator) -> np.ndarray:
    count, phase = int(rng.integers(3, 9)), float(rng.choice([0.0, 0.5]))
    angles = (np.arange(count) + phase) * 2 * np.pi / count - np.pi / 2
    return filled(side, 0.5 + 0.48 * np.column_stack([np.cos(angles), np.sin(angles)]))


def _shield(side: int, rng: np.random.Generator) -> np.ndarray:
    bulge = float(rng.uniform(0.5, 0.7))
    half = np.array([[0.5, 0.98], [0.75, 0.85], [0.9, bulge], [0.93, 0.08], [0.5, 0.02]])
    mirrored = half[1:-1][::-1] * (-1, 1) + (1, 0)
    return filled(side, np.concatenate([half, mirrored]))


def _star(side: int, rng: np.random.Generator) -> np.ndarray:
    return star(side, side * 0.48, int(rng.integers(4, 9)), float(rng.uniform(0.3, 0.6)))


def _bars(side: int, rng: np.random.Generator) -> np.ndarray:
    page = np.zeros((side, side), np.float32)
    count = int(rng.integers(2, 5))
    for number in range(count):
        left, right = round((number + 0.12) * side / count), round((number + 0.88) * side / count)
        page[round(float(rng.uniform(0.0, 0.6)) * side) :, left:right] = 1.0
    return page if rng.random() < 0.5 else np.ascontiguousarray(page.T)


def _arcs(side: int, rng: np.random.Generator) -> np.ndarray:
    at = (0.5, 0.5) if rng.random() < 0.5 else (0.1, 0.9)
    reach = 0.48 if at[0] == 0.5 else 0.85
    page = np.zeros((side, side), np.float32)
    for share in (1.0, 0.66, 0.33):
        page += _circle(side, reach * share, at) - _circle(side, reach * (share - 0.18), at)
    return np.clip(page, 0, 1)


def _petals(side: int, rng: np.random.Generator) -> np.ndarray:
    count = int(rng.integers(3, 8))
    reach = float(rng.uniform(0.14, 0.2))
    angles = np.arange(count) * 2 * np.pi / count - np.pi / 2
    spots = [(0.5 + 0.28 * float(np.cos(a)), 0.5 + 0.28 * float(np.sin(a))) for a in angles]
    return np.max([_circle(side, reach, at) for at in spots], axis=0)


def _swoosh(side: int, rng: np.random.Generator) -> np.ndarray:
    offset = float(rng.uniform(0.12, 0.25))
    angle = float(rng.uniform(0, 2 * np.pi))
    at = (0.5 + offset * float(np.cos(angle)), 0.5 + offset * float(np.sin(angle)))
    return np.clip(_circle(side, 0.48) - _circle(side, 0.42, at), 0, 1)
