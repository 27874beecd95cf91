"""Small marks repeated over the whole picture: words, emblems or both, faint."""

from __future__ import annotations

import cv2
import numpy as np

from operators.render import palette
from operators.render.blocks import lined_up
from operators.render.fonts import FontBook
from operators.render.ink import Ink, set_line
from operators.render.logo import emblem
from operators.render.looks import Look, choose_look, dress
from operators.render.patterns import faint_opacity, mark_colour
from operators.render.scripts import choose_voice, say
from operators.render.shapes import SHAPES
from operators.render.sheet import Layer, Placement, Sheet, paint_sheet
from operators.render.typeset import fit
from operators.render.warp import rotation, shift, transform
from operators.render.words import notice

_MOST = 150


def draw_repeats(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> list[Placement]:
    """A turned grid of one small mark, alpha 0.08 to 0.5; one region per repeat of which the picture shows a part."""
    height, width = photo.shape[:2]
    mark = _mark(photo, rng, fonts)
    gaps = np.array([float(rng.uniform(1.15, 2.2)), float(rng.uniform(1.3, 4.0))])
    step = np.maximum(mark.extent * gaps, mark.extent + 4)
    step *= max(1.0, float(np.sqrt(width * height / (step[0] * step[1]) / _MOST)))
    angle = float(rng.choice([-45, -30, 0, 30, rng.uniform(-90, 90)]))
    turn = shift(width / 2, height / 2) @ rotation(angle) @ shift(*(rng.random(2) * step))
    return [Placement(repeated(mark, np.ceil(step).astype(int), turn, rng.random() < 0.5, width, height), np.eye(3))]


def repeated(mark: Sheet, step: np.ndarray, plane: np.ndarray, staggered: bool, width: int, height: int) -> Sheet:
    """The (height, width) sheet that repeats the mark every `step` (2,) int px of the plane that the (3, 3) `plane`
    maps into the picture, odd rows moved by half a step when `staggered`; the mark must be smaller than a step."""
    rows = 2 if staggered else 1
    cell = np.zeros((step[1] * rows, step[0], 4), np.float32)
    for row in range(rows):
        patch = mark.rgba[: step[1], : step[0]]
        tile = np.zeros((step[1], step[0], 4), np.float32)
        tile[: patch.shape[0], : patch.shape[1]] = patch
        cell[row * step[1] : (row + 1) * step[1]] = np.roll(tile, row * int(step[0]) // 2, axis=1)
    inverse = np.linalg.inv(plane)
    x, y = np.arange(width, dtype=np.float64) + 0.5, np.arange(height, dtype=np.float64)[:, None] + 0.5
    columns, lines = ((inverse[i, 0] * x + inverse[i, 1] * y + inverse[i, 2] - 0.5) for i in (0, 1))
    columns, lines = (columns % cell.shape[1]).astype(np.float32), (lines % cell.shape[0]).astype(np.float32)
    rgba = cv2.remap(cell, columns, lines, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    quads = _quads(mark.quads[0], step, plane, staggered, width, height)
    return Sheet(np.asarray(rgba, np.float32), quads, mark.texts[:1] * len(quads))


def _quads(
    quad: np.ndarray, step: np.ndarray, plane: np.ndarray, staggered: bool, width: int, height: int
) -> list[np.ndarray]:
    """The repeats' quads that reach into the picture."""
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    flat = transform(np.linalg.inv(plane), corners) / step
    (left, top), (right, low) = np.floor(flat.min(0)).astype(int) - 2, np.ceil(flat.max(0)).astype(int) + 2
    down, across = (axis.ravel() for axis in np.mgrid[top : low + 1, left : right + 1])
    offset = np.where(down % 2 == 1, int(step[0]) // 2, 0) if staggered else 0
    corner = np.column_stack([across * step[0] + offset, down * step[1]])
    every = transform(plane, (corner[:, None] + quad[None]).reshape(-1, 2)).reshape(-1, 4, 2)
    inside = (every.max(1) > 1).all(1) & (every.min(1) < np.array([width, height]) - 1).all(1)
    return list(every[inside])


def _mark(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> Sheet:
    """A word, an emblem, a shape, or an emblem with a word below; one quad."""
    em = max(8.0, float(np.exp(rng.uniform(np.log(0.02), np.log(0.09)))) * min(photo.shape[:2]))
    colour, opacity, toss = mark_colour(rng), faint_opacity(rng), rng.random()
    side = max(round(em * float(rng.uniform(1.2, 3))), 8)
    if toss < 0.15:
        return paint_sheet([Layer(Ink(SHAPES[int(rng.integers(len(SHAPES)))](side, rng), 0, 0), colour)], [""], opacity)
    if toss < 0.3:
        return paint_sheet(emblem(side, colour, palette.opposite(colour), rng, fonts), [""], opacity)
    text, layers = _letters(photo, em, colour, rng, fonts)
    if toss < 0.4:
        figure = Ink(SHAPES[int(rng.integers(len(SHAPES)))](side, rng), -side // 2, -side - round(em))
        layers.append(Layer(figure, colour))
    return paint_sheet(layers, [text], opacity)


def _letters(
    photo: np.ndarray, em: float, colour: palette.RGB, rng: np.random.Generator, fonts: FontBook
) -> tuple[str, list[Layer]]:
    voice = choose_voice(rng, fonts, "sans", "serif")
    text = notice(rng) if rng.random() < 0.6 else say(rng, voice.language, int(rng.integers(1, 3)))
    face = voice.face if voice.face.covers(text) else fonts.pick(rng, "sans", covering=text)
    text, em = fit(text, face, em, 0.45 * photo.shape[1])
    base = choose_look(rng)
    name = "plain" if rng.random() < 0.7 else "hollow" if rng.random() < 0.5 else "embossed"
    look = Look(name, colour, base.edge, base.other, 0.04, 0.04, base.angle, base.seed)
    (ink,) = lined_up([set_line(text, face, em)], em, "centre")
    return text, dress(ink, em, look)
