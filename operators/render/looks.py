"""How the letters of hard overlays look: outlined, hollow, glowing, embossed, striped, in many colours."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from operators.render import palette
from operators.render.ink import Ink, worn
from operators.render.sheet import Colour, Layer

LOOKS = {
    "plain": 0.2,
    "outline": 0.13,
    "double outline": 0.06,
    "hollow": 0.09,
    "glow": 0.06,
    "shadow": 0.1,
    "long shadow": 0.04,
    "gradient": 0.08,
    "letters": 0.06,
    "stripes": 0.03,
    "worn": 0.06,
    "embossed": 0.09,
}


@dataclass(frozen=True)
class Look:
    """name: one of LOOKS. stroke, reach: the outline and the shadow's offset, shares of an em. angle: degrees of the
    gradient, the stripes and the light. seed: of what is irregular in it. opacity: of the letters, 0..1."""

    name: str
    fill: palette.RGB
    edge: palette.RGB
    other: palette.RGB
    stroke: float
    reach: float
    angle: float
    seed: int
    opacity: float = 1.0


def choose_look(rng: np.random.Generator) -> Look:
    """Any look: half in white or another bright colour, the rest saturated, grey or black."""
    names, odds = list(LOOKS), np.array(list(LOOKS.values()))
    toss = rng.random()
    greys = (palette.BLACK, (0.5, 0.5, 0.5), (0.8, 0.8, 0.8))
    fill = palette.bright(rng) if toss < 0.5 else palette.vivid(rng) if toss < 0.8 else palette.pick(rng, greys)
    return Look(
        name=names[int(rng.choice(len(names), p=odds / odds.sum()))],
        fill=fill,
        edge=palette.opposite(fill) if rng.random() < 0.7 else palette.vivid(rng),
        other=palette.vivid(rng) if rng.random() < 0.7 else palette.bright(rng),
        stroke=float(rng.uniform(0.02, 0.12)),
        reach=float(rng.uniform(0.03, 0.12)),
        angle=float(rng.uniform(0, 360)),
        seed=int(rng.integers(1 << 30)),
        opacity=1.0 if rng.random() < 0.65 else float(rng.uniform(0.35, 0.95)),
    )


def dress(ink: Ink, em: float, look: Look, line: int = 0) -> list[Layer]:
    """The layers that show the ink of letters `em` px per em in the look, all of one line."""
    stroke = max(round(look.stroke * em), 1)
    core = Layer(ink, look.fill, look.opacity, line)
    if look.name == "outline":
        return [Layer(ink.grown(stroke), look.edge, look.opacity, line), core]
    if look.name == "double outline":
        outer = Layer(ink.grown(2 * stroke + 1), look.other, look.opacity, line)
        return [outer, Layer(ink.grown(stroke), look.edge, look.opacity, line), core]
    if look.name == "hollow":
        return [Layer(minus(ink.grown(stroke), ink), look.fill, look.opacity, line)]
    if look.name == "glow":
        halo = ink.grown(stroke).blurred(em * (0.04 + look.reach))
        return [Layer(halo, look.other, 0.9 * look.opacity, line), core]
    if look.name in ("shadow", "long shadow"):
        return [*_cast(ink, em, look, line), core]
    if look.name == "embossed":
        return embossed(ink, em, look, line)
    if look.name == "worn":
        rng = np.random.default_rng(look.seed)
        loss = 0.15 + 2 * look.reach
        return [core._replace(ink=Ink(worn(ink.coverage, rng, max(em * look.stroke, 1.0), loss), ink.x, ink.y))]
    painted = core._replace(colour=_many_colours(ink, em, look))
    edged = look.name in ("gradient", "letters", "stripes") and look.seed % 2
    return [Layer(ink.grown(stroke), look.edge, look.opacity, line), painted] if edged else [painted]


def minus(ink: Ink, hole: Ink) -> Ink:
    """The ink without what `hole`, lying inside its frame, covers."""
    left = ink.coverage.copy()
    height, width = hole.coverage.shape
    y, x = hole.y - ink.y, hole.x - ink.x
    left[y : y + height, x : x + width] *= 1 - hole.coverage
    return Ink(left, ink.x, ink.y)


def embossed(ink: Ink, em: float, look: Look, line: int = 0) -> list[Layer]:
    """Letters as if pressed into the picture: a light edge, a dark one, and hardly anything between."""
    step = max(round(0.5 * look.reach * em), 1)
    a = np.deg2rad(look.angle)
    dx, dy = round(1.4 * step * float(np.cos(a))), round(1.4 * step * float(np.sin(a)))
    strength = 0.15 + 3.0 * look.stroke
    layers = []
    for sign, colour in ((1, palette.WHITE), (-1, palette.BLACK)):
        rim = minus(
            Ink(_padded(ink.coverage, 2 * step), ink.x - 2 * step, ink.y - 2 * step), ink.moved(sign * dx, sign * dy)
        )
        layers.append(Layer(rim, colour, strength, line))
    return [*layers, Layer(ink, look.fill, 0.08, line)] if look.seed % 3 == 0 else layers


def _padded(coverage: np.ndarray, pad: int) -> np.ndarray:
    return np.asarray(cv2.copyMakeBorder(coverage, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=0))


def _cast(ink: Ink, em: float, look: Look, line: int) -> list[Layer]:
    a = np.deg2rad(look.angle)
    reach = max(look.reach * em, 1.0)
    if look.name == "shadow":
        cast = ink.blurred(0.4 * reach) if look.seed % 3 and reach > 1 else ink
        return [Layer(cast.moved(round(reach * np.cos(a)), round(reach * np.sin(a))), look.edge, look.opacity, line)]
    steps = [(round(t * np.cos(a)), round(t * np.sin(a))) for t in np.arange(1, 2 * reach + 1, max(reach / 4, 1.0))]
    return [Layer(ink.moved(dx, dy), look.edge, 1.0, line) for dx, dy in dict.fromkeys(steps)]


def _many_colours(ink: Ink, em: float, look: Look) -> Colour:
    """(h, w, 3) or (3,) float32: a gradient, stripes, or a colour for each few letters."""
    height, width = ink.coverage.shape
    rng = np.random.default_rng(look.seed)
    if look.name == "letters":
        blank = ink.coverage.max(0) < 0.05
        letter = np.cumsum(blank[:-1] & ~blank[1:], dtype=int) // int(rng.integers(1, 6))
        colours = np.array([palette.vivid(rng) if i else look.fill for i in range(7)], np.float32)
        return np.broadcast_to(colours[np.append(letter, letter[-1:]) % 7], (height, width, 3))
    if look.name not in ("gradient", "stripes"):
        return look.fill
    a = np.deg2rad(look.angle if look.name == "stripes" or look.seed % 2 else 90.0)
    along = np.arange(width, dtype=np.float32) * np.cos(a) + (np.arange(height) * np.sin(a))[:, None]
    if look.name == "stripes":
        share = (np.sin(along * (2 * np.pi / max(0.25 * em, 4.0))) > 0).astype(np.float32)
    else:
        share = ((along - along.min()) / max(float(np.ptp(along)), 1.0)).astype(np.float32)
    first, second = np.array([look.fill, look.other], np.float32)
    return first + share[..., None] * (second - first)
