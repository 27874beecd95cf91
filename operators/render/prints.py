"""Surfaces with text as goods carry them: labels, posters, pages; and letters that are put on what is there."""

from __future__ import annotations

import cv2
import numpy as np

from operators.render.codes import bar_code
from operators.render.fonts import FontBook
from operators.render.ink import Ink, set_line, worn
from operators.render.looks import minus
from operators.render.scripts import choose_voice, fill_line, say
from operators.render.shapes import SHAPES
from operators.render.signs import against, centred, matter
from operators.render.surface import Surface, rolled, tone
from operators.render.typeset import fit
from operators.render.warp import box_quad
from operators.render.words import coinage


def label(rng: np.random.Generator, fonts: FontBook) -> Surface:
    """A name, a figure, lines too small to read, at times bars; half of them around a bottle or a tin."""
    width, height = int(rng.integers(160, 320)), int(rng.integers(130, 300))
    ground = matter(rng)
    colour, second = against(ground, rng), matter(rng)
    surface = Surface.plain(width, height, ground)
    _figures(surface, second, rng)
    voice = choose_voice(rng, fonts, "serif", "display", "script", "sans")
    name = coinage(rng) if voice.face.covers("abcABC") and rng.random() < 0.5 else say(rng, voice.language, 1)
    centred(surface, name, voice, 0.24 * height, 0.25 * height, colour)
    small, y = float(rng.uniform(8, 14)), 0.68 * height
    while y < 0.92 * height:
        centred(surface, fill_line(rng, voice, small, float(rng.uniform(0.4, 0.85)) * width), voice, small, y, colour)
        y += 1.5 * small
    if rng.random() < 0.5:
        return rolled(surface, float(rng.uniform(30, 80)), float(rng.uniform(-0.1, 0.15)) * height)
    return surface


def _figures(surface: Surface, colour: np.ndarray, rng: np.random.Generator) -> None:
    """Stripes above and below, a shape in the middle, bars in a corner: each at times."""
    width, height = surface.size
    for y in (0.06, 0.9):
        if rng.random() < 0.5:
            surface.ink(Ink(np.ones((max(round(0.04 * height), 2), width), np.float32), 0, round(y * height)), colour)
    if rng.random() < 0.5:
        side = round(0.22 * height)
        page = SHAPES[int(rng.integers(len(SHAPES)))](side, rng)
        surface.ink(Ink(page, (width - side) // 2, round(0.4 * height)), colour)
    if rng.random() < 0.25:
        bars = cv2.resize(bar_code(rng), (round(0.3 * width), round(0.14 * height)), interpolation=cv2.INTER_NEAREST)
        surface.ink(Ink(bars, round(0.66 * width), round(0.8 * height)), tone(0.1, 0.1, 0.1))


def poster(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> Surface:
    """A gradient or a piece of the photograph with a large title and a few lines."""
    width, height = int(rng.integers(180, 320)), int(rng.integers(240, 400))
    first, second = matter(rng), matter(rng)
    ramp = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    surface = Surface.plain(width, height, first + ramp * (second - first))
    middle = surface.albedo[height // 2, 0]
    if rng.random() < 0.4:
        side = min(photo.shape[:2]) // 2
        top, left = (int(rng.integers(n - side + 1)) for n in photo.shape[:2])
        piece = cv2.resize(photo[top : top + side, left : left + side], (width, height), interpolation=cv2.INTER_AREA)
        surface.albedo[:] = piece.astype(np.float32) / 255
        middle = surface.albedo.mean((0, 1))
    colour = against(middle, rng)
    voice = choose_voice(rng, fonts, "display", "sans", "serif", "script")
    y = float(rng.choice([0.12, 0.75])) * height
    for _ in range(int(rng.integers(1, 4))):
        em = float(rng.uniform(0.08, 0.2)) * height
        centred(surface, say(rng, voice.language, int(rng.integers(1, 3))), voice, em, y, colour)
        y += 1.2 * em
    for number in range(int(rng.integers(0, 5))):
        centred(surface, fill_line(rng, voice, 11, 0.7 * width), voice, 11, 0.92 * height - number * 15, colour)
    return surface


def page(rng: np.random.Generator, fonts: FontBook) -> Surface:
    """Printed paper: one or two columns of running text below a heading."""
    width, height = int(rng.integers(200, 360)), int(rng.integers(220, 420))
    surface = Surface.plain(width, height, tone(0.9, 0.88, 0.82) - np.float32(rng.uniform(0, 0.12)))
    ink = tone(0.12, 0.12, 0.13)
    voice = choose_voice(rng, fonts, "serif", "sans")
    em, columns = float(rng.uniform(7.5, 13)), int(rng.integers(1, 3))
    y0 = 1.5 * em + centred(surface, say(rng, voice.language, 3), voice, 2.2 * em, 2 * em, ink) + 1.5 * em
    room = (width - 2 * em) / columns - em
    for column in range(columns):
        y = y0 + em
        while y < height - em and len(surface.texts) < 60:
            text = fill_line(rng, voice, em, room)
            at = round(em + column * (room + em)), round(y)
            surface.write(set_line(text, voice.face, em).moved(*at), text, ink, 0.9)
            y += 1.35 * em if rng.random() < 0.93 else 2.7 * em
    return surface


def lettering(rng: np.random.Generator, fonts: FontBook) -> Surface:
    """Letters alone, for walls, cloth, roads and stone: one to three lines, heavy or drawn, at times worn or hollow;
    the surface is where their ink is."""
    voice = choose_voice(rng, fonts, *(("display", "script") if rng.random() < 0.5 else ("sans", "serif")))
    em, count = float(rng.uniform(50, 110)), int(rng.choice([1, 2, 3], p=[0.6, 0.3, 0.1]))
    texts = [fit(say(rng, voice.language, int(rng.integers(1, 4))), voice.face, em, 480)[0] for _ in range(count)]
    inks = [set_line(text, voice.face, em) for text in texts]
    width, height = max(ink.coverage.shape[1] for ink in inks) + 8, round(count * 1.25 * em + 8)
    surface = Surface.plain(width, height, matter(rng))
    surface.cover[:] = 0
    hollow, wear = rng.random() < 0.15, rng.random() < 0.5
    for number, (text, ink) in enumerate(zip(texts, inks, strict=True)):
        ink = minus(ink.grown(max(round(0.04 * em), 1)), ink) if hollow else ink
        coverage = worn(ink.coverage, rng, em / 12, float(rng.uniform(0.03, 0.25))) if wear else ink.coverage
        x, y = max((width - coverage.shape[1]) // 2, 0), max(round((number + 0.95) * 1.2 * em) + ink.y, 0)
        window = surface.cover[y : y + coverage.shape[0], x : x + coverage.shape[1]]
        np.maximum(window, coverage[: window.shape[0], : window.shape[1]], out=window)
        surface.quads.append(box_quad(x, y, x + window.shape[1], y + window.shape[0]))
        surface.texts.append(text)
    if rng.random() < 0.3:
        surface.albedo[:] += np.linspace(0, 1, height, dtype=np.float32)[:, None, None] * (matter(rng) - surface.albedo)
    return surface
