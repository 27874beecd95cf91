"""Blocks that look like QR codes and barcodes; nothing can be read from them."""

from __future__ import annotations

import cv2
import numpy as np

from operators.render import palette
from operators.render.fonts import FontBook
from operators.render.ink import Ink, set_line
from operators.render.pose import place_block
from operators.render.prose import any_angle, any_spot
from operators.render.sheet import Layer, Placement, paint_sheet
from operators.render.typeset import fit


def draw_code(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> list[Placement]:
    """One code, square or of bars, dark on a light ground, the other way round or on nothing."""
    side = max(round(float(rng.uniform(0.1, 0.45)) * min(photo.shape[:2])), 20)
    dark = palette.BLACK if rng.random() < 0.7 else palette.vivid(rng)
    light = palette.opposite(dark)
    dark, light = (light, dark) if rng.random() < 0.1 else (dark, light)
    cells = square_code(rng) if rng.random() < 0.6 else bar_code(rng)
    tall = side if cells.shape[0] > 1 else max(round(side * float(rng.uniform(0.25, 0.6))), 8)
    page = cv2.resize(cells, (side, tall), interpolation=cv2.INTER_NEAREST if side > cells.shape[1] else cv2.INTER_AREA)
    layers = [Layer(Ink(page, 0, 0), dark)]
    text, low = "", tall
    if rng.random() < 0.5:
        text = "".join(str(d) for d in rng.integers(0, 10, int(rng.integers(6, 14))))
        face = fonts.pick(rng, "mono", "sans", covering=text)
        ink = set_line(text, face, fit(text, face, side * 0.15, side)[1])
        x0, y0, x1, y1 = ink.box()
        layers.append(Layer(ink.moved(round((side - x0 - x1) / 2), low + 2 - y0), dark))
        low += y1 - y0 + 2
    if rng.random() < 0.85:
        pad = max(round(side * float(rng.uniform(0.03, 0.12))), 1)
        layers.insert(0, Layer(Ink(np.ones((low + 2 * pad, side + 2 * pad), np.float32), -pad, -pad), light))
    sheet = paint_sheet(layers, [text], 1.0 if rng.random() < 0.7 else float(rng.uniform(0.3, 0.9)))
    angle = any_angle(rng) if rng.random() < 0.3 else 0.0
    return [place_block(photo, sheet, any_spot(photo, rng), 1.0, rng, angle, 0.15)]


def square_code(rng: np.random.Generator) -> np.ndarray:
    """(N, N) float32, N 21 to 45: 1 for a dark cell; random but for the three finder squares, which codes may lack."""
    count = int(rng.choice([21, 25, 29, 37, 45]))
    cells = (rng.random((count, count)) < 0.5).astype(np.float32)
    if rng.random() < 0.85:
        finder = np.pad(np.pad(np.pad(np.ones((3, 3)), 1), 1, constant_values=1), 1)
        for rows, columns in (
            (slice(0, 8), slice(0, 8)),
            (slice(0, 8), slice(-8, None)),
            (slice(-8, None), slice(0, 8)),
        ):
            corner = finder[1 if rows.start == 0 else 0 :, 1 if columns.start == 0 else 0 :]
            cells[rows, columns] = corner[:8, :8]
    return cells


def bar_code(rng: np.random.Generator) -> np.ndarray:
    """(1, N) float32: bars one to four modules wide."""
    widths = rng.integers(1, 5, int(rng.integers(20, 60)) * 2 + 1)
    return np.repeat(np.arange(len(widths)) % 2 == 0, widths).astype(np.float32)[None]
