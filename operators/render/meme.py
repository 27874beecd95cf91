"""Memes: heavy capitals with a thick outline, above and below."""

from __future__ import annotations

import numpy as np

from operators.render import palette
from operators.render.fonts import Face, FontBook
from operators.render.ink import set_line
from operators.render.pose import place_block
from operators.render.sheet import Layer, Placement, paint_sheet
from operators.render.typeset import em_size, fit, outlined, wrap
from operators.render.words import slogan


def draw_meme(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> list[Placement]:
    """A slogan at the top, at the bottom or both, in one face, condensed like the classic one."""
    height, width = photo.shape[:2]
    role = "display" if rng.random() < 0.2 else "sans"
    face = fonts.pick(rng, role, covering="AZaz':!", heavy=None if role == "display" else True)
    detail = float(rng.choice([1.0, 1.5, 2.0]))
    squeeze = float(rng.uniform(0.6, 0.9)) if role == "sans" else 1.0
    em = min(em_size(photo, rng, 0.07, 0.17), 0.22 * height)
    fill = palette.WHITE if rng.random() < 0.85 else palette.bright(rng)
    stroke = max(1.0, em * detail * float(rng.uniform(0.045, 0.11)))
    upper = rng.random() < 0.9
    places = [(0.5, 0.1), (0.5, 0.9)] if rng.random() < 0.6 else [(0.5, 0.1 if rng.random() < 0.4 else 0.9)]
    placements = []
    for column, row in places:
        text = slogan(rng).upper() if upper else slogan(rng)
        sheet_layers, lines = _stack(text, face, em, detail, 0.94 * width / squeeze, fill, stroke)
        sheet = paint_sheet(sheet_layers, lines)
        at = (column * width, (row + float(rng.uniform(-0.03, 0.03))) * height)
        placements.append(place_block(photo, sheet, at, detail, rng, squeeze=squeeze))
    return placements


def _stack(
    text: str, face: Face, em: float, detail: float, room: float, fill: palette.RGB, stroke: float
) -> tuple[list[Layer], list[str]]:
    lines = wrap(text, face, em, room, 2)
    em = min(fit(line, face, em, room)[1] for line in lines) * detail
    layers: list[Layer] = []
    for number, line in enumerate(lines):
        x = -round(set_line(line, face, em).coverage.shape[1] / 2)
        y = round(number * em * 1.12)
        drawn = outlined(line, face, em, fill, palette.opposite(fill), stroke, number)
        layers += [layer._replace(ink=layer.ink.moved(x, y)) for layer in drawn]
    outlines_first = sorted(layers, key=lambda layer: layer.colour == fill)
    return outlines_first, lines
