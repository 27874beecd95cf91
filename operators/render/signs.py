"""Surfaces with text as streets and rooms have them: signs, shop fronts, number plates, screens, spines, boards."""

from __future__ import annotations

import numpy as np

from operators.render import palette
from operators.render.blocks import lined_up
from operators.render.fonts import FontBook
from operators.render.ink import Ink, rounded_box, set_line
from operators.render.languages import one_of
from operators.render.scripts import Voice, choose_voice, fill_line, say
from operators.render.shapes import SHAPES
from operators.render.surface import Surface, tone
from operators.render.typeset import fit


def matter(rng: np.random.Generator) -> np.ndarray:
    """(3,) float32: the colour of a painted or printed thing, never quite white, black or pure."""
    toss = rng.random()
    if toss < 0.3:
        return tone(*(rng.uniform(0.75, 0.95) - rng.uniform(0, 0.1, 3)))
    if toss < 0.5:
        return tone(*(rng.uniform(0.06, 0.2) + rng.uniform(0, 0.06, 3)))
    return tone(*palette.vivid(rng)) * np.float32(0.75) + np.float32(0.1)


def against(ground: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(3,) float32: a colour that can be read on the ground."""
    light = palette.luminance(ground)
    for _ in range(6):
        colour = matter(rng)
        if abs(palette.luminance(colour) - light) > 0.3:
            return colour
    return tone(0.9, 0.88, 0.85) if light < 0.5 else tone(0.1, 0.1, 0.12)


def centred(
    surface: Surface, text: str, voice: Voice, em: float, y: float, colour: np.ndarray, opacity: float = 1
) -> float:
    """Write the line in the middle of the row `y` px, at most nine tenths of the width; returns its height, px."""
    text, em = fit(text, voice.face, em, 0.9 * surface.size[0])
    ink = set_line(text, voice.face, em)
    x0, y0, x1, y1 = ink.box()
    surface.write(ink.moved(round((surface.size[0] - x0 - x1) / 2), round(y - (y0 + y1) / 2)), text, colour, opacity)
    return float(y1 - y0)


def sign(rng: np.random.Generator, fonts: FontBook) -> Surface:
    """A board with one to three lines, often rounded and rimmed, at times with a pictogram."""
    width, height = int(rng.integers(180, 420)), int(rng.integers(60, 240))
    ground = matter(rng)
    ink = against(ground, rng)
    surface = Surface.plain(width, height, ground)
    radius = float(rng.uniform(0, 0.3)) * height if rng.random() < 0.6 else 0.0
    surface.cover = rounded_box(width, height, radius)
    if rng.random() < 0.5:
        surface.ink(_rim(width, height, radius), ink)
    voice = choose_voice(rng, fonts, "sans", "sans", "display", "serif")
    count = 1 + int(rng.random() < 0.5) + int(rng.random() < 0.25)
    for number in range(count):
        em = 0.6 * height / count * float(rng.uniform(0.7, 1.0))
        centred(surface, _words(rng, voice), voice, em, (number + 0.5) * (0.84 * height / count) + 0.08 * height, ink)
    if rng.random() < 0.2:
        side = round(0.25 * height)
        surface.ink(
            Ink(SHAPES[int(rng.integers(len(SHAPES)))](side, rng), round(0.06 * height), round(0.06 * height)), ink
        )
    return surface


def _rim(width: int, height: int, radius: float) -> Ink:
    """A line along the border of a board."""
    inset, line = round(0.05 * height), max(round(0.025 * height), 1)
    rim = np.zeros((height, width), np.float32)
    rim[inset:-inset, inset:-inset] = rounded_box(width - 2 * inset, height - 2 * inset, radius * 0.8)
    gap = inset + line
    rim[gap:-gap, gap:-gap] -= rounded_box(width - 2 * gap, height - 2 * gap, radius * 0.75)
    return Ink(np.clip(rim, 0, 1), 0, 0)


def _words(rng: np.random.Generator, voice: Voice) -> str:
    return say(rng, voice.language, int(rng.integers(1, 4)))


def shop_front(rng: np.random.Generator, fonts: FontBook) -> Surface:
    """A wide board with large letters that stand off it and throw a shadow."""
    width, height = int(rng.integers(360, 640)), int(rng.integers(60, 130))
    ground = matter(rng)
    surface = Surface.plain(width, height, ground)
    voice = choose_voice(rng, fonts, "display", "serif", "sans", "script")
    text, em = fit(_words(rng, voice), voice.face, 0.75 * height, 0.85 * width)
    ink = set_line(text, voice.face, em)
    x0, y0, x1, y1 = ink.box()
    ink = ink.moved(round((width - x0 - x1) / 2), round((height - y0 - y1) / 2))
    reach = max(round(em * float(rng.uniform(0.02, 0.08))), 1)
    surface.ink(ink.blurred(0.6 * reach).moved(reach, reach), ground * np.float32(0.25), 0.8)
    colour = against(ground, rng)
    surface.write(ink, text, colour)
    if rng.random() < 0.4:
        surface.ink(Ink(ink.coverage * _upper(ink.coverage.shape), ink.x, ink.y), np.minimum(colour * 1.3, 1), 0.5)
    return surface


def _upper(shape: tuple[int, ...]) -> np.ndarray:
    return np.linspace(1, 0, shape[0], dtype=np.float32)[:, None]


def plate(rng: np.random.Generator, fonts: FontBook) -> Surface:
    """A number plate."""
    width, height = 260, int(rng.integers(52, 90))
    surface = Surface.plain(width, height, tone(0.9, 0.75, 0.15) if rng.random() < 0.3 else tone(0.9, 0.9, 0.88))
    surface.cover = rounded_box(width, height, 0.12 * height)
    letters = "ABCDEFGHKLMNPRSTVXYZ"
    text = f"{letters[int(rng.integers(20))]}{letters[int(rng.integers(20))]} {int(rng.integers(10, 9999))}"
    voice = Voice(fonts.pick(rng, "sans", "mono", covering=text, heavy=True), "en")
    ink = tone(0.1, 0.1, 0.13)
    if rng.random() < 0.5:
        surface.ink(Ink(np.ones((height, round(0.09 * width)), np.float32), 0, 0), tone(0.1, 0.2, 0.6))
    centred(surface, text, voice, 0.85 * height, 0.5 * height, ink)
    return surface


def screen(rng: np.random.Generator, fonts: FontBook) -> Surface:
    """A lit display: a bar, lines of text, at times buttons."""
    width, height = int(rng.integers(240, 420)), int(rng.integers(160, 300))
    dark = rng.random() < 0.6
    ground = tone(*(rng.uniform(0.02, 0.12, 3) if dark else rng.uniform(0.85, 0.98, 3)))
    ink = tone(*palette.bright(rng)) if dark else tone(0.1, 0.1, 0.15)
    surface = Surface.plain(width, height, ground)
    voice = choose_voice(rng, fonts, "mono", "sans")
    em = float(rng.uniform(11, 22))
    bar = tone(*palette.vivid(rng))
    surface.ink(Ink(np.ones((round(2 * em), width), np.float32), 0, 0), bar, 0.8)
    centred(surface, _words(rng, voice), voice, 1.2 * em, em, tone(0.97, 0.97, 0.97))
    y, indent = 3.4 * em, 0.06 * width
    while y < height - em:
        text = fill_line(rng, voice, em, width * float(rng.uniform(0.25, 0.85)))
        surface.write(set_line(text, voice.face, em).moved(round(indent), round(y)), text, ink)
        y += em * 1.5
    rim = np.ones((height, width), np.float32)
    rim[5:-5, 5:-5] = 0
    surface.ink(Ink(rim, 0, 0), tone(0.06, 0.06, 0.07))
    return surface


def spines(rng: np.random.Generator, fonts: FontBook) -> Surface:
    """Backs of books next to each other, titles running down or up."""
    count, tall = int(rng.integers(2, 9)), int(rng.integers(200, 340))
    widths = rng.integers(24, 64, count)
    surface = Surface.plain(tall, int(widths.sum()), tone(0.08, 0.07, 0.06))
    y = 0
    for wide in widths.tolist():
        ground, voice = matter(rng), choose_voice(rng, fonts, "serif", "sans", "display")
        book = Surface.plain(tall - int(rng.integers(0, 40)), wide, ground)
        shade = 1 - 0.35 * np.abs(np.linspace(-1, 1, wide, dtype=np.float32)) ** 3
        centred(book, _words(rng, voice), voice, 0.6 * wide, 0.5 * wide, against(ground, rng))
        surface.albedo[y : y + wide, : book.size[0]] = book.albedo * shade[:, None, None]
        surface.quads += [quad + np.array((0, y), np.float32) for quad in book.quads]
        surface.texts += book.texts
        y += wide
    return turned(surface)


def turned(surface: Surface) -> Surface:
    """A quarter turn clockwise, so that lines run down."""
    tall = surface.size[1]
    quads = [np.column_stack([tall - quad[:, 1], quad[:, 0]]).astype(np.float32) for quad in surface.quads]
    albedo, cover = (np.ascontiguousarray(np.rot90(page, -1)) for page in (surface.albedo, surface.cover))
    return Surface(albedo, cover, quads, surface.texts)


def board(rng: np.random.Generator, fonts: FontBook) -> Surface:
    """A menu or notice: a heading and lines aligned left, chalk on slate or ink on paper."""
    width, height = int(rng.integers(180, 320)), int(rng.integers(200, 380))
    chalk = rng.random() < 0.5
    ground = tone(0.1, 0.12, 0.11) if chalk else matter(rng)
    surface = Surface.plain(width, height, ground)
    colour = tone(0.85, 0.84, 0.8) if chalk else against(ground, rng)
    voice = choose_voice(rng, fonts, one_of(rng, ("script", "serif", "sans")))
    em = float(rng.uniform(13, 26))
    y = 2.2 * em + centred(surface, _words(rng, voice), voice, 1.8 * em, 1.6 * em, colour)
    texts: list[str] = []
    while y + (len(texts) + 1) * 1.4 * em < height and len(texts) < 14:
        texts.append(fill_line(rng, voice, em, float(rng.uniform(0.4, 0.85)) * width))
    for text, ink in zip(texts, lined_up([set_line(t, voice.face, em) for t in texts], 1.4 * em), strict=True):
        surface.write(ink.moved(round(0.07 * width), round(y + 0.5 * em)), text, colour, 0.85 if chalk else 1.0)
    return surface
