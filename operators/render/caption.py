"""Subtitles and captions: one or two lines, outlined, shadowed or on a box."""

from __future__ import annotations

import numpy as np

from operators.render import palette
from operators.render.fonts import Face, FontBook
from operators.render.ink import Ink, rounded_box, set_line
from operators.render.pose import place_block
from operators.render.sheet import Layer, Placement, paint_sheet
from operators.render.typeset import em_size, outlined, shadow, speak, wrap

_STYLES = ("outline", "shadow", "both", "box", "soft box", "bar", "plain")
_ODDS = (0.3, 0.16, 0.14, 0.2, 0.06, 0.06, 0.08)


def draw_caption(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> list[Placement]:
    """A caption near the lower edge, at times near the upper one or in the middle."""
    height, width = photo.shape[:2]
    detail = float(rng.choice([1.0, 1.0, 1.5, 2.0]))
    face, text = speak(rng, fonts, ("sans", "sans", "serif", "display"), int(rng.integers(2, 11)))
    em = min(em_size(photo, rng, 0.038, 0.1), 0.22 * height)
    lines = wrap(text, face, em, 0.92 * width, int(rng.integers(1, 3)))
    style = str(rng.choice(_STYLES, p=_ODDS))
    layers = _stack(lines, face, em * detail, style, width * detail, rng)
    sheet = paint_sheet(layers, lines)
    row = float(rng.choice([0.9, 0.1, 0.5], p=[0.84, 0.09, 0.07]) + rng.uniform(-0.06, 0.06))
    column = 0.5 if rng.random() < 0.8 else float(rng.uniform(0.2, 0.8))
    return [place_block(photo, sheet, (column * width, row * height), detail, rng, tilt=0.05)]


def _stack(lines: list[str], face: Face, em: float, style: str, width: float, rng: np.random.Generator) -> list[Layer]:
    leading = em * float(rng.uniform(1.12, 1.45))
    fill = palette.bright(rng) if style != "plain" or rng.random() < 0.7 else palette.vivid(rng)
    box_colour = palette.BLACK if rng.random() < 0.7 else palette.vivid(rng)
    if "box" in style and rng.random() < 0.25:
        box_colour, fill = palette.pick(rng, (palette.WHITE, palette.YELLOW)), palette.BLACK
    edge = palette.opposite(fill) if rng.random() < 0.9 else palette.vivid(rng)
    stroke = max(1.0, em * float(rng.uniform(0.03, 0.1))) if style in ("outline", "both") else 0.0
    left_aligned = rng.random() < 0.15
    opacity = float(rng.uniform(0.45, 1.0))
    state = rng.bit_generator.state  # every line draws the same numbers, so that all wear one style
    backs: list[Layer] = []
    layers: list[Layer] = []
    for number, text in enumerate(lines):
        rng.bit_generator.state = state
        ink = set_line(text, face, em)
        x = 0 if left_aligned else -round(ink.coverage.shape[1] / 2)
        y = round(number * leading)
        if style in ("box", "soft box", "bar"):
            backs.append(_backing(ink, em, leading, style, width, rng, box_colour, opacity, number, (x, y)))
        drawn = outlined(text, face, em, fill, edge, stroke, number)
        if style in ("shadow", "both"):
            drawn.insert(0, shadow(drawn[0].ink, em, rng, number))
        layers += [layer._replace(ink=layer.ink.moved(x, y)) for layer in drawn]
    return backs + layers


def _backing(
    ink: Ink,
    em: float,
    leading: float,
    style: str,
    width: float,
    rng: np.random.Generator,
    colour: tuple[float, float, float],
    opacity: float,
    line: int,
    at: tuple[int, int],
) -> Layer:
    """The line's share of a box: as high as the line spacing, so that boxes of two lines meet."""
    pad = round(em * float(rng.uniform(0.15, 0.6)))
    tall = round(leading) if style != "soft box" else round(leading * 1.15)
    wide = round(width * 1.1) if style == "bar" else ink.coverage.shape[1] + 2 * pad
    radius = em * 0.3 * float(rng.random()) if rng.random() < 0.4 and style == "box" else 0.0
    feather = em * float(rng.uniform(0.2, 0.5)) if style == "soft box" else 0.0
    coverage = rounded_box(wide, tall, radius, feather)
    left = at[0] + ink.x + ink.coverage.shape[1] // 2 - wide // 2
    return Layer(Ink(coverage, left, at[1] - round(0.35 * em + tall / 2)), colour, opacity, line)
