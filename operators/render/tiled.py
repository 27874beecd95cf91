"""A translucent mark repeated over the whole picture."""

from __future__ import annotations

import numpy as np

from operators.render.fonts import FontBook
from operators.render.pose import stand
from operators.render.sheet import Placement, Sheet
from operators.render.typeset import em_size, fit
from operators.render.warp import clip_quad, transform
from operators.render.watermark import translucent
from operators.render.words import notice

_LEAST_SHOWN = 0.35
_MOST_REPEATS = 60


def draw_tiled(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> list[Placement]:
    """A turned grid of one mark, alternate rows staggered; repeats the border cuts to a stump are left out."""
    height, width = photo.shape[:2]
    text = notice(rng)
    face = fonts.pick(rng, *(("script",) if rng.random() < 0.15 else ("sans", "serif")), covering=text)
    em = em_size(photo, rng, 0.035, 0.08)
    text, em = fit(text, face, em, 0.5 * min(width, height) + 0.1 * width)
    detail = float(rng.choice([1.0, 1.5]))
    sheet = translucent(text, face, em * detail, rng)
    angle = float(rng.choice([-45.0, -30.0, -20.0, 0.0, 30.0]) + rng.uniform(-5, 5))
    spots = _grid(sheet.extent / detail, angle, width, height, rng)
    placements = [Placement(sheet, stand(sheet, (float(x), float(y)), 1 / detail, angle)) for x, y in spots]
    shown = [placement for placement in placements if _shown(placement, width, height) >= _LEAST_SHOWN]
    return shown or [Placement(sheet, stand(sheet, (width / 2, height / 2), 1 / detail, angle))]


def _grid(extent: np.ndarray, angle: float, width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """(N, 2) px: centres of the repeats, those in the picture or near it."""
    gap_x, gap_y = float(rng.uniform(1.2, 2.0)), float(rng.uniform(2.0, 5.0))
    step = np.array([extent[0] * gap_x, max(extent[1] * gap_y, extent[0] * 0.35)])
    step *= max(1.0, np.sqrt(width * height / (step[0] * step[1]) / _MOST_REPEATS))
    reach = np.ceil(np.hypot(width, height) / 2 / step).astype(int) + 1
    rows, columns = np.mgrid[-reach[1] : reach[1] + 1, -reach[0] : reach[0] + 1]
    stagger = 0.5 if rng.random() < 0.6 else 0.0
    across = (columns + stagger * (rows % 2) + rng.random()) * step[0]
    down = (rows + rng.random()) * step[1]
    turn = np.exp(1j * np.deg2rad(angle)) * (across + 1j * down).ravel()
    spots = np.column_stack([turn.real + width / 2, turn.imag + height / 2])
    near = np.hypot(*extent) / 2
    return spots[((spots > -near) & (spots < np.array([width, height]) + near)).all(1)]


def _shown(placement: Placement, width: int, height: int) -> float:
    """The share of a repeat's quad inside the picture, along its own axes."""
    sheet: Sheet = placement.sheet
    quad = transform(placement.homography, sheet.quads[0])
    inside = clip_quad(quad, width, height)
    return 0.0 if inside is None else _area(inside) / _area(quad)


def _area(quad: np.ndarray) -> float:
    x, y = quad.T
    return 0.5 * abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1)))
