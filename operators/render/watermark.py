"""A single translucent mark: author, address, brand or notice."""

from __future__ import annotations

import numpy as np

from operators.render import palette
from operators.render.fonts import Face, FontBook
from operators.render.ink import rounded_box, set_line
from operators.render.pose import place_block
from operators.render.sheet import Layer, Placement, Sheet, curved, paint_sheet
from operators.render.typeset import em_size, fit, shadow
from operators.render.words import credit

_COLOURS = (palette.WHITE, palette.WHITE, palette.WHITE, (0.8, 0.8, 0.8), (0.5, 0.5, 0.5), palette.BLACK)


def draw_watermark(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> list[Placement]:
    """One mark, alpha 0.25 to 0.6: in the middle, large and often turned, or in a corner or anywhere, smaller."""
    height, width = photo.shape[:2]
    detail = float(rng.choice([1.0, 1.5, 2.0]))
    text = credit(rng)
    face = fonts.pick(rng, *(("script", "display") if rng.random() < 0.3 else ("sans", "serif")), covering=text)
    central = rng.random() < 0.4
    angle = float(rng.choice([0.0, -30.0, -45.0, 30.0, 0.0]) + rng.uniform(-6, 6)) if central else 0.0
    if not central and rng.random() < 0.08:
        angle = -90.0 if rng.random() < 0.5 else 90.0
    em = em_size(photo, rng, 0.08, 0.22) if central else em_size(photo, rng, 0.035, 0.09)
    room = (0.9 * width if abs(angle) < 20 else 0.85 * min(width, height)) if central else 0.6 * width
    text, em = fit(text, face, em, room)
    sheet = translucent(text, face, em * detail, rng)
    if rng.random() < 0.06:
        sheet = curved(sheet, float(rng.uniform(-0.8, 0.8)) * em * detail)
    at = (0.5, 0.5) if central else _spot(rng)
    placed = (at[0] * width, at[1] * height)
    return [place_block(photo, sheet, placed, detail, rng, angle=angle, tilt=0.08)]


def _spot(rng: np.random.Generator) -> tuple[float, float]:
    if rng.random() < 0.7:
        return float(rng.choice([0.0, 1.0, 0.5], p=[0.3, 0.5, 0.2])), float(rng.choice([0.02, 0.98], p=[0.25, 0.75]))
    return float(rng.random()), float(rng.random())


def translucent(text: str, face: Face, em: float, rng: np.random.Generator) -> Sheet:
    """The mark at group opacity 0.25 to 0.6: filled, hollow, shadowed, or in a frame."""
    colour = palette.pick(rng, _COLOURS, 0.03) if rng.random() < 0.9 else palette.vivid(rng)
    tracking = em * float(rng.uniform(0.05, 0.3)) if rng.random() < 0.25 and face.role != "script" else 0.0
    opacity = float(rng.uniform(0.25, 0.6))
    ink = set_line(text, face, em, 0.0, tracking)
    core = Layer(ink, colour)
    toss = rng.random()
    if toss < 0.55:
        return paint_sheet([core], [text], opacity)
    if toss < 0.75:
        return paint_sheet([shadow(ink, em, rng, 0, palette.opposite(colour)), core], [text], opacity)
    if toss < 0.9:
        edge = set_line(text, face, em, max(1.0, em * 0.04), tracking)
        return paint_sheet([Layer(edge, palette.opposite(colour)), core], [text], opacity)
    pad, (height, width) = round(em * 0.3), ink.coverage.shape
    frame = rounded_box(width + 2 * pad, height + 2 * pad, em * 0.15)
    line = max(2, round(em * 0.06))
    frame[line:-line, line:-line] -= rounded_box(width + 2 * (pad - line), height + 2 * (pad - line), em * 0.1)
    around = Layer(type(ink)(np.clip(frame, 0, 1), ink.x - pad, ink.y - pad), colour)
    return paint_sheet([around, core], [text], opacity)
