"""Marks over the whole picture: hatching, grids, crossing lines as stock photographs carry, one large diagonal word."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from operators.render import palette
from operators.render.fonts import FontBook
from operators.render.ink import set_line
from operators.render.looks import Look, choose_look, dress
from operators.render.pose import stand
from operators.render.sheet import Placement, Sheet, paint_sheet
from operators.render.typeset import fit
from operators.render.warp import box_quad
from operators.render.words import credit, notice

_COLOURS = (palette.WHITE, palette.WHITE, palette.BLACK, (0.5, 0.5, 0.5), (0.8, 0.8, 0.8))


def faint_opacity(rng: np.random.Generator) -> float:
    """0.08 to 0.5, low values being likelier."""
    return float(np.exp(rng.uniform(np.log(0.08), np.log(0.5))))


def mark_colour(rng: np.random.Generator) -> palette.RGB:
    """White, grey or black, or one in three a saturated colour."""
    return palette.pick(rng, _COLOURS, 0.03) if rng.random() < 0.67 else palette.vivid(rng)


def draw_lines(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> list[Placement]:
    """A pattern of thin lines over the whole picture, its region the whole picture with text ""."""
    height, width = photo.shape[:2]
    coverage = PATTERNS[int(rng.integers(len(PATTERNS)))](width, height, rng)
    return [Placement(_whole(coverage, mark_colour(rng), faint_opacity(rng)), np.eye(3))]


def draw_stock(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> list[Placement]:
    """Lines from corner to corner or a grid, with a word in the middle and at times an address at the lower border."""
    height, width = photo.shape[:2]
    colour, opacity = mark_colour(rng), float(rng.uniform(0.12, 0.5))
    lines = crossing(width, height, rng) if rng.random() < 0.6 else grid(width, height, rng)
    placements = [Placement(_whole(lines, colour, opacity), np.eye(3))]
    em = float(rng.uniform(0.08, 0.2)) * min(height, width)
    placements.append(_word(notice(rng), em, (width / 2, height / 2), 0.8 * width, colour, opacity, rng, fonts))
    if rng.random() < 0.4:
        small = max(em * 0.3, 8.0)
        at = (width / 2, height - 1.2 * small)
        placements.append(_word(credit(rng), small, at, 0.9 * width, palette.WHITE, min(2 * opacity, 0.9), rng, fonts))
    return placements


def draw_diagonal(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> list[Placement]:
    """One word along a diagonal of the whole picture, filled, hollow or embossed, alpha 0.08 to 0.5."""
    height, width = photo.shape[:2]
    tilt = float(np.rad2deg(np.arctan2(height, width))) * (-1 if rng.random() < 0.75 else 1)
    text, long = notice(rng), float(np.hypot(height, width))
    face = fonts.pick(rng, "sans", "serif", "display", covering=text)
    text, em = fit(text, face, 0.4 * min(height, width), float(rng.uniform(0.5, 0.8)) * long)
    base = choose_look(rng)
    name = ("plain", "hollow", "embossed", "outline")[int(rng.integers(4))]
    look = Look(
        name, mark_colour(rng), base.edge, base.other, 0.5 * base.stroke, 0.5 * base.reach, base.angle, base.seed
    )
    opacity = 1.0 if name == "embossed" else faint_opacity(rng)
    sheet = paint_sheet(dress(set_line(text, face, em), em, look), [text], opacity)
    return [Placement(sheet, stand(sheet, (width / 2, height / 2), 1.0, tilt + float(rng.normal(0, 3))))]


def _word(
    text: str,
    em: float,
    at: tuple[float, float],
    room: float,
    colour: palette.RGB,
    opacity: float,
    rng: np.random.Generator,
    fonts: FontBook,
) -> Placement:
    face = fonts.pick(rng, "sans", "serif", covering=text)
    text, em = fit(text, face, em, room)
    look = Look("plain" if rng.random() < 0.7 else "hollow", colour, colour, colour, 0.04, 0.03, 0.0, 0)
    sheet = paint_sheet(dress(set_line(text, face, em), em, look), [text], opacity)
    return Placement(sheet, stand(sheet, at, 1.0))


def _whole(coverage: np.ndarray, colour: palette.RGB, opacity: float) -> Sheet:
    height, width = coverage.shape
    rgba = np.empty((height, width, 4), np.float32)
    np.multiply((coverage * np.float32(opacity))[..., None], np.array([*colour, 1.0], np.float32), out=rgba)
    return Sheet(rgba, [box_quad(0, 0, width, height)], [""])


def _axes(width: int, height: int, degrees: float) -> np.ndarray:
    """(H, W) float32: px along a direction."""
    a = np.deg2rad(degrees)
    x, y = np.arange(width) * np.cos(a), np.arange(height) * np.sin(a)
    return (x[None] + y[:, None]).astype(np.float32)


def ruled(along: np.ndarray, period: float, thick: float, phase: float) -> np.ndarray:
    """Coverage of anti-aliased lines `thick` px wide every `period` px of the (H, W) map `along`."""
    off = np.abs((along + np.float32(phase)) % np.float32(period) - np.float32(period / 2))
    return np.clip(np.float32(thick / 2 + 0.5) - off, 0, 1, out=off)


def _pen(width: int, height: int, rng: np.random.Generator, low: float = 0.02) -> tuple[float, float, float]:
    short = min(width, height)
    period = max(6.0, float(np.exp(rng.uniform(np.log(low), np.log(0.4)))) * short)
    return period, min(float(rng.uniform(0.8, 1 + 0.006 * short)), 0.4 * period), float(rng.uniform(0, period))


def hatch(width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """Parallel lines at any angle, diagonal mostly."""
    angle = float(rng.choice([45, -45, 30, -30, rng.uniform(0, 180)]) + rng.normal(0, 2))
    return ruled(_axes(width, height, angle), *_pen(width, height, rng))


def grid(width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """Two sets of lines at a right angle, upright or diagonal."""
    angle, pen = float(rng.choice([0, 45, rng.uniform(0, 90)])), _pen(width, height, rng, 0.06)
    return np.maximum(ruled(_axes(width, height, angle), *pen), ruled(_axes(width, height, angle + 90), *pen))


def crossing(width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """Lines from corner to corner, and at times the frame."""
    a = float(np.rad2deg(np.arctan2(width, height)))
    thick, far = float(rng.uniform(0.8, 1 + 0.008 * min(width, height))), 4.0 * (width + height)
    page = np.zeros((height, width), np.float32)
    for angle in (a, -a):
        along = _axes(width, height, angle)
        middle = 0.5 * (along[0, 0] + along[-1, -1]) if angle > 0 else 0.5 * (along[0, -1] + along[-1, 0])
        np.maximum(page, ruled(along - middle, far, thick, far / 2), out=page)
    return page


def rings(width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """Circles around one point."""
    x, y = (np.arange(n, dtype=np.float32) - np.float32(rng.uniform(0, n)) for n in (width, height))
    return ruled(np.hypot(x[None], y[:, None]), *_pen(width, height, rng, 0.05))


def waves(width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """Wavy lines, as banknotes have."""
    period, thick, phase = _pen(width, height, rng, 0.03)
    swing, pace = float(rng.uniform(0.2, 1.5)) * period, float(rng.uniform(1, 5)) * 2 * np.pi / width
    bow = (swing * np.sin(np.arange(width) * pace)).astype(np.float32)
    return ruled(_axes(width, height, 90.0) + bow[None], period, thick, phase)


PATTERNS: tuple[Callable[[int, int, np.random.Generator], np.ndarray], ...] = (
    hatch,
    hatch,
    grid,
    crossing,
    rings,
    waves,
)
