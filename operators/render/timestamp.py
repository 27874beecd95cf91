"""Timestamps that a camera burns into a corner."""

from __future__ import annotations

import numpy as np

from operators.render import palette
from operators.render.fonts import FontBook
from operators.render.ink import Ink, rounded_box, set_line
from operators.render.pose import place_block
from operators.render.segments import dot_line, segment_line
from operators.render.sheet import Layer, Placement, paint_sheet
from operators.render.typeset import em_size, fit
from operators.render.words import moment


def draw_timestamp(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> list[Placement]:
    """A date or time, small, in a corner: LCD segments, dots or a monospaced face."""
    height, width = photo.shape[:2]
    detail = float(rng.choice([1.0, 1.0, 1.5, 2.0]))
    text = moment(rng)
    em = em_size(photo, rng, 0.03, 0.07)
    ink, text = _digits(text, em * detail, 0.6 * width * detail, rng, fonts)
    sheet = paint_sheet(_dress(ink, em * detail, rng), [text])
    column = float(rng.choice([0.0, 1.0, 0.5], p=[0.28, 0.64, 0.08]))
    row = 1.0 if rng.random() < 0.8 else 0.0
    inset = float(rng.uniform(0.01, 0.07)) * min(height, width) + sheet.extent / detail / 2
    x = inset[0] + column * (width - 2 * inset[0])
    y = inset[1] + row * (height - 2 * inset[1])
    return [place_block(photo, sheet, (float(x), float(y)), detail, rng)]


def _digits(text: str, em: float, room: float, rng: np.random.Generator, fonts: FontBook) -> tuple[Ink, str]:
    style = rng.random()
    if style < 0.3 and not set(text) & set("BCDEFGJLNORSTUVY"):
        ink = segment_line(text, em, float(rng.choice([0.0, 0.1, 0.15])))
    elif style < 0.55:
        ink = dot_line(text, em, float(rng.choice([0.0, 0.5, 1.0])), float(rng.uniform(0.8, 1.05)))
    else:
        face = fonts.pick(rng, *(("mono",) if rng.random() < 0.5 else ("sans", "mono")), covering=text)
        text, em = fit(text, face, em, room)
        return set_line(text, face, em), text
    if ink.coverage.shape[1] > room and em > 4:
        short = text.split(" ")[0] if " " in text.strip() else text
        if short != text:
            return _digits(short, em, room, rng, fonts)
    return ink, text


def _dress(ink: Ink, em: float, rng: np.random.Generator) -> list[Layer]:
    colour = palette.pick(rng, palette.LCD)
    core = Layer(ink, colour, float(rng.uniform(0.85, 1.0)))
    toss = rng.random()
    if toss < 0.3:
        glow = ink.blurred(em * float(rng.uniform(0.06, 0.15)))
        tint = palette.to_rgb(np.array(colour) * np.array([1.0, 0.6, 0.4]))
        return [Layer(glow, tint, float(rng.uniform(0.5, 0.9))), core]
    if toss < 0.5:
        return [Layer(ink.grown(max(1, round(em * 0.06))), palette.BLACK), core]
    if toss < 0.65:
        return [Layer(ink.moved(max(1, round(em * 0.06)), max(1, round(em * 0.06))), palette.BLACK), core]
    if toss < 0.75:
        pad = max(1, round(em * 0.2))
        height, width = ink.coverage.shape
        box = Ink(rounded_box(width + 2 * pad, height + 2 * pad, 0.0), ink.x - pad, ink.y - pad)
        return [Layer(box, palette.BLACK, float(rng.uniform(0.5, 1.0))), core]
    return [core]
