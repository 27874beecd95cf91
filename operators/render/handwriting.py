"""Handwriting: a script face or a drawn hand, on a slightly curved baseline."""

from __future__ import annotations

import numpy as np

from operators.render import palette
from operators.render.fonts import FontBook
from operators.render.ink import Ink, set_line
from operators.render.languages import sentence
from operators.render.pose import place_block
from operators.render.sheet import Layer, Placement, Sheet, curved, paint_sheet
from operators.render.strokes import cursive_line
from operators.render.typeset import choose_language, em_size, fit, speak

_PENS = ((0.05, 0.05, 0.08), (0.08, 0.12, 0.5), (0.75, 0.05, 0.08), (1.0, 1.0, 1.0), (1.0, 1.0, 1.0), (1.0, 0.9, 0.2))


def draw_handwriting(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> list[Placement]:
    """One to three lines, each with its own baseline; drawn strokes when the book has no script face."""
    height, width = photo.shape[:2]
    detail = float(rng.choice([1.0, 1.5, 2.0]))
    em = em_size(photo, rng, 0.06, 0.17)
    drawn = rng.random() < 0.45 or not fonts.with_role("script")
    room = float(rng.uniform(0.5, 0.92)) * width
    count = int(rng.choice([1, 2, 3], p=[0.6, 0.28, 0.12]))
    lines = _strokes(rng, em, detail, room, count) if drawn else _script(rng, fonts, em, detail, room, count)
    colour = palette.pick(rng, _PENS, 0.05) if rng.random() < 0.85 else palette.vivid(rng)
    opacity = float(rng.uniform(0.8, 1.0))
    angle = float(rng.normal(0, 5))
    at = (float(rng.uniform(0.25, 0.75)) * width, float(rng.uniform(0.15, 0.85)) * height)
    sheets = [_line(ink, text, colour, opacity, em * detail, rng) for ink, text in lines]
    sheet = _stacked(sheets, em * detail * float(rng.uniform(1.2, 1.6)), rng)
    return [place_block(photo, sheet, at, detail, rng, angle=angle, tilt=0.1)]


def _strokes(rng: np.random.Generator, em: float, detail: float, room: float, count: int) -> list[tuple[Ink, str]]:
    weight = em * detail * float(rng.uniform(0.035, 0.085))
    lines = []
    for _ in range(count):
        text = sentence(rng, "en", int(rng.integers(1, 5))).strip("-.!?, ").replace("'", "")
        words = text.split()[: max(1, int(room / (em * 2.2)))]
        lines.append((cursive_line(" ".join(words), em * detail, max(weight, 1.1 * detail), rng), " ".join(words)))
    return lines


def _script(
    rng: np.random.Generator, fonts: FontBook, em: float, detail: float, room: float, count: int
) -> list[tuple[Ink, str]]:
    face, text = speak(rng, fonts, ("script",), int(rng.integers(1, 6)))
    lines = []
    for _ in range(count):
        line, size = fit(text, face, em, room)
        lines.append((set_line(line, face, size * detail), line))
        text = sentence(rng, choose_language(rng, face), int(rng.integers(1, 6)))
    return lines


def _line(ink: Ink, text: str, colour: palette.RGB, opacity: float, em: float, rng: np.random.Generator) -> Sheet:
    sheet = paint_sheet([Layer(ink, colour, opacity)], [text])
    return curved(sheet, float(rng.uniform(-0.35, 0.35)) * em) if rng.random() < 0.6 else sheet


def _stacked(sheets: list[Sheet], leading: float, rng: np.random.Generator) -> Sheet:
    """The lines below each other on one sheet, each pushed about a little."""
    shifts = [(rng.normal(0, 0.15) * leading, number * leading) for number in range(len(sheets))]
    corners = [np.rint(np.array(spot) - sheet.centre).astype(int) for sheet, spot in zip(sheets, shifts, strict=True)]
    low = np.min(corners, axis=0)
    far = [corner - low + sheet.rgba.shape[1::-1] for sheet, corner in zip(sheets, corners, strict=True)]
    width, height = np.max(far, axis=0)
    rgba = np.zeros((height, width, 4), np.float32)
    quads: list[np.ndarray] = []
    for sheet, corner in zip(sheets, corners, strict=True):
        x, y = corner - low
        window = rgba[y : y + sheet.rgba.shape[0], x : x + sheet.rgba.shape[1]]
        window *= 1 - sheet.rgba[..., 3:]
        window += sheet.rgba
        quads += [quad + np.array([x, y], np.float32) for quad in sheet.quads]
    return Sheet(rgba, quads, [text for sheet in sheets for text in sheet.texts])
