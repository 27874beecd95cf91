"""What television and streams lay over a picture: tickers, lower thirds, channel logos."""

from __future__ import annotations

import numpy as np

from operators.render import palette
from operators.render.blocks import Backing, backed, choose_backing, lined_up
from operators.render.fonts import FontBook
from operators.render.ink import Ink, line_width, rounded_box, set_line
from operators.render.languages import one_of
from operators.render.logo import emblem
from operators.render.looks import choose_look, dress
from operators.render.pose import place_block, stand
from operators.render.scripts import choose_voice, fill_line, say
from operators.render.sheet import Layer, Placement, paint_sheet
from operators.render.words import coinage

_BADGES = ("LIVE", "HD", "4K", "NEWS", "SPORT", "REC", "24/7", "TV", "REPLAY", "BREAKING")


def draw_ticker(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> list[Placement]:
    """A bar over the full width with a running line that the border cuts, at times with a marked first word."""
    height, width = photo.shape[:2]
    voice, look = choose_voice(rng, fonts, "sans"), choose_look(rng)
    em = max(9.0, float(rng.uniform(0.03, 0.09)) * min(height, width))
    text = fill_line(rng, voice, em, width * float(rng.uniform(0.6, 1.3)))
    ink = set_line(text, voice.face, em)
    backing = choose_backing(rng, look)
    start = round(float(rng.uniform(-0.3, 0.1)) * width) if line_width(text, voice.face, em) > width else round(em)
    ink = ink.moved(start, 0)
    tall = round(em * float(rng.uniform(1.3, 2.2)))
    top = round(-0.35 * em - tall / 2)
    bar = Ink(np.ones((tall, width + 4), np.float32), -2, top)
    layers = [Layer(bar, backing.colour, backing.opacity), *dress(_cut(ink, -2, width + 2), em, look)]
    if rng.random() < 0.4:
        layers += _flag(em, tall, top, rng, fonts)
    sheet = paint_sheet(layers, [text])
    row = float(rng.choice([0.95, 0.86, 0.05], p=[0.55, 0.25, 0.2])) * height
    return [Placement(sheet, stand(sheet, (width / 2, min(max(row, tall / 2), height - tall / 2)), 1.0))]


def _cut(ink: Ink, left: int, right: int) -> Ink:
    """The part of the ink between two columns; at least one column of it."""
    first = min(max(left - ink.x, 0), ink.coverage.shape[1] - 1)
    last = max(right - ink.x, first + 1)
    return Ink(ink.coverage[:, first:last], ink.x + first, ink.y)


def _flag(em: float, tall: int, top: int, rng: np.random.Generator, fonts: FontBook) -> list[Layer]:
    word = one_of(rng, _BADGES)
    face = fonts.pick(rng, "sans", covering=word, heavy=True)
    ink = set_line(word, face, em * 0.9)
    pad, colour = round(em * 0.5), palette.vivid(rng)
    box = Ink(np.ones((tall, ink.coverage.shape[1] + 2 * pad), np.float32), -2, top)
    return [Layer(box, colour), Layer(ink.moved(pad - ink.x, 0), palette.opposite(colour))]


def draw_lower_third(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> list[Placement]:
    """A name and below it, smaller, who that is, on a box of two colours or one, at the lower left mostly."""
    height, width = photo.shape[:2]
    voice, look = choose_voice(rng, fonts, "sans", "serif"), choose_look(rng)
    em = max(11.0, float(rng.uniform(0.04, 0.1)) * min(height, width))
    small = em * float(rng.uniform(0.5, 0.8))
    texts = [say(rng, voice.language, int(rng.integers(1, 4))), say(rng, voice.language, int(rng.integers(2, 6)))]
    sizes = [
        size * min(1.0, 0.8 * width / line_width(t, voice.face, size))
        for t, size in zip(texts, (em, small), strict=True)
    ]
    inks = [set_line(text, voice.face, size) for text, size in zip(texts, sizes, strict=True)]
    placed = lined_up(inks, em * float(rng.uniform(1.0, 1.3)), "left")
    backing = choose_backing(rng, look)
    boxes = backed(placed, em, backing)
    if rng.random() < 0.5:
        boxes[-1] = boxes[-1]._replace(colour=palette.vivid(rng), opacity=float(rng.uniform(0.5, 1)))
    layers = boxes + [layer for n, ink in enumerate(placed) for layer in dress(ink, sizes[n], look, n)]
    if rng.random() < 0.4:
        edge = boxes[0].ink
        stripe = np.ones((sum(box.ink.coverage.shape[0] for box in boxes), max(round(em * 0.15), 2)), np.float32)
        layers.append(Layer(Ink(stripe, edge.x, edge.y), palette.vivid(rng)))
    column = float(rng.choice([0.05, 0.5, 0.95], p=[0.7, 0.2, 0.1]))
    return [place_block(photo, paint_sheet(layers, texts), (column * width, 0.85 * height), 1.0, rng)]


def draw_channel(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> list[Placement]:
    """A small emblem with a name, a number or a word such as LIVE in a corner, translucent in half the cases."""
    height, width = photo.shape[:2]
    side = max(12, round(float(rng.uniform(0.05, 0.14)) * min(height, width)))
    first = palette.WHITE if rng.random() < 0.5 else palette.vivid(rng)
    text = one_of(rng, _BADGES) if rng.random() < 0.5 else coinage(rng)
    face = fonts.pick(rng, "sans", "display", covering=text, heavy=True)
    ink = set_line(text, face, side * float(rng.uniform(0.4, 0.8)))
    x0, y0, _, y1 = ink.box()
    layers = []
    if rng.random() < 0.6:
        layers = emblem(side, first, palette.opposite(first), rng, fonts)
        ink = ink.moved(round(side * 1.15) - x0, round(side / 2 - (y0 + y1) / 2))
    elif rng.random() < 0.5:
        layers = backed([ink], side * 0.6, Backing(palette.vivid(rng), 1.0, 0.4, float(rng.uniform(0, 0.6))))
        first = palette.WHITE
    layers.append(Layer(ink, first))
    if rng.random() < 0.2:
        dot = rounded_box(side // 3, side // 3, side / 6)
        layers.append(Layer(Ink(dot, ink.x - side // 2, y0), (0.9, 0.1, 0.1)))
    sheet = paint_sheet(layers, [text], float(rng.uniform(0.2, 0.7)) if rng.random() < 0.5 else 1.0)
    at = float(rng.choice([0.04, 0.96])) * width, float(rng.choice([0.05, 0.95], p=[0.8, 0.2])) * height
    return [place_block(photo, sheet, at, 1.0, rng)]
