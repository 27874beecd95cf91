"""Price bursts, badges, emoji-like faces and stickers."""

from __future__ import annotations

import cv2
import numpy as np

from operators.render import palette
from operators.render.fonts import Face, FontBook
from operators.render.ink import Ink, line_width, set_line
from operators.render.languages import one_of
from operators.render.pose import place_block
from operators.render.prose import any_angle, any_spot
from operators.render.scripts import choose_voice, say
from operators.render.shapes import GROUNDS, SHAPES, ellipse
from operators.render.sheet import Layer, Placement, Sheet, paint_sheet
from operators.render.typeset import fit

_OFFERS = ("SALE", "NEW", "TOP", "FREE", "HOT", "BEST", "ONLY", "2 FOR 1", "WOW", "No. 1", "100%", "18+", "5G")


def offer(rng: np.random.Generator) -> str:
    """What a badge says: a discount, a price, a rank or a word."""
    toss, number = rng.random(), int(rng.integers(1, 100))
    if toss < 0.3:
        return f"-{number}%"
    if toss < 0.6:
        return f"{one_of(rng, ('$', '€', '£', ''))}{number}{one_of(rng, ('.99', '.-', '', ',50'))}"
    return one_of(rng, _OFFERS)


def draw_badge(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> list[Placement]:
    """A star, disc, tile or bubble with a price or a word in it, often turned a little."""
    side = _side(photo, rng, 0.1, 0.4)
    ground = GROUNDS[int(rng.integers(len(GROUNDS)))](side, rng)
    colour = palette.vivid(rng) if rng.random() < 0.8 else palette.pick(rng, (palette.WHITE, palette.BLACK))
    ink_colour = palette.opposite(colour) if rng.random() < 0.8 else palette.YELLOW
    texts = [offer(rng)] + ([offer(rng)] if rng.random() < 0.3 else [])
    face = fonts.pick(rng, "sans", "display", covering="".join(texts), heavy=True)
    layers = _bordered(ground, colour, side, rng)
    y = 0.5 if len(texts) == 1 else 0.36
    for text, scale in zip(texts, (0.36, 0.2), strict=False):
        ink = set_line(*_squeezed(text, face, side * scale, 0.72 * side))
        x0, y0, x1, y1 = ink.box()
        layers.append(Layer(ink.moved(round((side - x0 - x1) / 2), round(side * y - (y0 + y1) / 2)), ink_colour))
        y += 0.3
    sheet = paint_sheet(layers, [" ".join(texts)], _opacity(rng))
    return [place_block(photo, sheet, any_spot(photo, rng), 1.0, rng, angle=float(rng.normal(0, 12)), tilt=0.1)]


def draw_sticker(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> list[Placement]:
    """One to four shapes or faces in several colours, at times with a word below."""
    placements = []
    for _ in range(int(rng.choice([1, 2, 4], p=[0.6, 0.25, 0.15]))):
        side = _side(photo, rng, 0.05, 0.35)
        sheet = paint_sheet(_face(side, rng) if rng.random() < 0.35 else _shape(side, rng), [""], _opacity(rng))
        if rng.random() < 0.15:
            sheet = _named(sheet, side, rng, fonts)
        placements.append(place_block(photo, sheet, any_spot(photo, rng), 1.0, rng, any_angle(rng), 0.1))
    return placements


def _squeezed(text: str, face: Face, em: float, room: float) -> tuple[str, Face, float]:
    """What `set_line` needs so that all of the text fits."""
    return text, face, em * min(1.0, room / line_width(text, face, em))


def _side(photo: np.ndarray, rng: np.random.Generator, low: float, high: float) -> int:
    return max(round(float(np.exp(rng.uniform(np.log(low), np.log(high)))) * min(photo.shape[:2])), 12)


def _opacity(rng: np.random.Generator) -> float:
    return 1.0 if rng.random() < 0.75 else float(rng.uniform(0.25, 0.8))


def _bordered(ground: np.ndarray, colour: palette.RGB, side: int, rng: np.random.Generator) -> list[Layer]:
    """The ground, in a quarter each with a pale rim, with a shadow, or shaded from top to bottom."""
    ink, toss = Ink(ground, 0, 0), rng.random()
    reach = max(round(side * float(rng.uniform(0.02, 0.06))), 1)
    if toss < 0.25:
        return [Layer(ink.grown(reach), palette.WHITE), Layer(ink, colour)]
    if toss < 0.5:
        return [Layer(ink.blurred(reach).moved(reach // 2, reach), palette.BLACK, 0.6), Layer(ink, colour)]
    if toss < 0.75:
        shade = np.linspace(1.0, float(rng.uniform(0.5, 0.9)), side, dtype=np.float32)[:, None, None]
        return [Layer(ink, np.broadcast_to(np.array(colour, np.float32) * shade, (side, side, 3)))]
    return [Layer(ink, colour)]


def _shape(side: int, rng: np.random.Generator) -> list[Layer]:
    layers = _bordered(SHAPES[int(rng.integers(len(SHAPES)))](side, rng), palette.vivid(rng), side, rng)
    if rng.random() < 0.5:
        small = max(round(side * float(rng.uniform(0.3, 0.6))), 4)
        inner = SHAPES[int(rng.integers(len(SHAPES)))](small, rng)
        layers.append(Layer(Ink(inner, (side - small) // 2, (side - small) // 2), palette.vivid(rng)))
    return layers


def _face(side: int, rng: np.random.Generator) -> list[Layer]:
    """A round face: eyes, a mouth that smiles or not, cheeks at times."""
    skin = palette.pick(rng, ((1.0, 0.85, 0.2), (1.0, 0.8, 0.3), (0.95, 0.6, 0.4), (0.6, 0.85, 0.4)), 0.05)
    layers = _bordered(ellipse(side, (0.5, 0.5), (0.47, 0.47)), skin, side, rng)
    wide, tall = float(rng.uniform(0.04, 0.09)), float(rng.uniform(0.05, 0.12))
    for x in (0.33, 0.67):
        layers.append(Layer(Ink(ellipse(side, (x, 0.38), (wide, tall)), 0, 0), (0.15, 0.1, 0.05)))
    if rng.random() < 0.4:
        layers += [Layer(Ink(ellipse(side, (x, 0.58), (0.1, 0.07)), 0, 0), (1.0, 0.4, 0.4), 0.6) for x in (0.22, 0.78)]
    page = np.zeros((side, side), np.uint8)
    bow, width = float(rng.uniform(-0.2, 0.3)), max(round(side * float(rng.uniform(0.03, 0.07))), 1)
    along = np.linspace(-0.25, 0.25, 16)
    points = np.column_stack([0.5 + along, 0.66 + bow * (0.5 - 8 * along**2)]) * side * 16
    cv2.polylines(page, [np.rint(points).astype(np.int32)], False, 255, width, cv2.LINE_AA, 4)
    return [*layers, Layer(Ink(page.astype(np.float32) / 255, 0, 0), (0.2, 0.1, 0.05))]


def _named(sheet: Sheet, side: int, rng: np.random.Generator, fonts: FontBook) -> Sheet:
    """The sheet with a word across its lower part."""
    voice = choose_voice(rng, fonts, "sans", "display", "script")
    text, em = fit(say(rng, voice.language, 1), voice.face, side * 0.4, side * 1.4)
    ink = set_line(text, voice.face, em)
    x0, _, x1, _ = ink.box()
    below = Layer(Ink(sheet.rgba[..., 3], 0, 0), sheet.rgba[..., :3] / np.maximum(sheet.rgba[..., 3:], 1e-3))
    placed = ink.moved(round((sheet.rgba.shape[1] - x0 - x1) / 2), round(side * 0.95))
    edge = Layer(placed.grown(max(round(em * 0.08), 1)), palette.BLACK)
    return paint_sheet([below, edge, Layer(placed, palette.WHITE)], [text])
