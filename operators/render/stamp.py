"""Rubber stamps: a word or two in a border, turned, with dry patches."""

from __future__ import annotations

import cv2
import numpy as np

from operators.render import palette
from operators.render.fonts import Face, FontBook
from operators.render.ink import Ink, rounded_box, set_line, worn
from operators.render.pose import place_block
from operators.render.sheet import Layer, Placement, Sheet, ink_quad, paint_sheet
from operators.render.typeset import fit
from operators.render.words import coinage, moment, stamp_word


def draw_stamp(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> list[Placement]:
    """One stamp in red, blue, black, green or violet ink, anywhere in the picture."""
    height, width = photo.shape[:2]
    text = stamp_word(rng)
    face = fonts.pick(rng, "sans", "display", "serif", "mono", covering=text, heavy=True)
    detail = float(rng.choice([1.0, 1.5, 2.0]))
    size = max(16.0, float(rng.uniform(0.2, 0.5)) * min(height, width)) * detail
    mark = _round(text, face, size, rng) if rng.random() < 0.45 else _square(text, face, size * 1.3, rng)
    coverage = worn(mark, rng, max(size / 60, 1.0), float(rng.uniform(0.02, 0.3)))
    coverage = cv2.GaussianBlur(coverage, (0, 0), max(0.3, size / 400))
    colour = palette.pick(rng, palette.INKS) if rng.random() < 0.92 else palette.WHITE
    sheet = paint_sheet([Layer(Ink(coverage, 0, 0), colour)], [text], float(rng.uniform(0.6, 0.98)))
    sheet = Sheet(sheet.rgba, [ink_quad(sheet.rgba)], sheet.texts)
    at = (float(rng.uniform(0.1, 0.9)) * width, float(rng.uniform(0.1, 0.9)) * height)
    return [place_block(photo, sheet, at, detail, rng, angle=float(rng.normal(0, 16)), tilt=0.2)]


def _square(text: str, face: Face, size: float, rng: np.random.Generator) -> np.ndarray:
    """(h, w) float32: the word in a frame, at times with a date or name below."""
    _, em = fit(text, face, size * 0.5, size * 0.84)
    lines = [set_line(text, face, em)]
    if rng.random() < 0.4:
        second = moment(rng) if rng.random() < 0.6 else f"{coinage(rng)} {coinage(rng)}".upper()
        if face.covers(second):
            lines.append(set_line(second, face, fit(second, face, em * 0.5, size * 0.8)[1]))
    pad = round(em * float(rng.uniform(0.2, 0.45)))
    wide = max(line.coverage.shape[1] for line in lines) + 4 * pad
    tall = sum(line.coverage.shape[0] for line in lines) + (3 + len(lines)) * pad
    page = _frame(wide, tall, max(1, round(em * float(rng.uniform(0.05, 0.14)))), rng)
    y = 2 * pad
    for line in lines:
        height, width = line.coverage.shape
        x = (wide - width) // 2
        page[y : y + height, x : x + width] = np.maximum(page[y : y + height, x : x + width], line.coverage)
        y += height + pad
    return page


def _frame(wide: int, tall: int, line: int, rng: np.random.Generator) -> np.ndarray:
    radius = tall * float(rng.choice([0.0, 0.1, 0.2]))
    page = rounded_box(wide, tall, radius)
    page[line:-line, line:-line] -= rounded_box(wide - 2 * line, tall - 2 * line, max(radius - line, 0))
    if rng.random() < 0.4:
        gap = 2 * line
        inner = max(line // 2, 1)
        page[gap:-gap, gap:-gap] += rounded_box(wide - 2 * gap, tall - 2 * gap, max(radius - gap, 0))
        gap += inner
        page[gap:-gap, gap:-gap] -= rounded_box(wide - 2 * gap, tall - 2 * gap, max(radius - gap, 0))
    return np.clip(page, 0, 1)


def _round(text: str, face: Face, size: float, rng: np.random.Generator) -> np.ndarray:
    """(size, size) float32: rings, letters along the rim, the word across the middle or a star."""
    side = round(size)
    axis = np.arange(side, dtype=np.float32) + 0.5 - side / 2
    radius = np.hypot(axis[None], axis[:, None])
    line = max(1.0, size * float(rng.uniform(0.012, 0.03)))
    outer = size / 2 - 2
    page = _ring(radius, outer, line)
    page = np.maximum(page, _ring(radius, outer * 0.62, line * 0.7))
    page = np.maximum(page, _rim_text(face, side, outer, rng))
    em = fit(text, face, size * 0.3, outer * 1.1)[1]
    ink = set_line(text, face, em)
    height, width = ink.coverage.shape
    y, x = (side - height) // 2, (side - width) // 2
    if rng.random() < 0.75 and min(x, y) >= 0:
        page[y : y + height, x : x + width] = np.maximum(page[y : y + height, x : x + width], ink.coverage)
    else:
        page = np.maximum(page, star(side, outer * 0.42, 5))
    return page


def _ring(radius: np.ndarray, at: float, line: float) -> np.ndarray:
    return np.clip(line / 2 + 0.5 - np.abs(radius - at + line / 2), 0, 1)


def _rim_text(face: Face, side: int, outer: float, rng: np.random.Generator) -> np.ndarray:
    """(side, side) float32: letters upright on a circle, by polar resampling of a straight line."""
    name = f"{coinage(rng)} {coinage(rng)}".upper()
    name = f"{name} • " if face.covers("•") else f"{name} - "
    ink = set_line(name * 2, face, outer * 0.3)
    low, high = outer * 0.67, outer * 0.93
    axis = np.arange(side, dtype=np.float32) + 0.5 - side / 2
    radius = np.hypot(axis[None], axis[:, None])
    angle = (np.arctan2(axis[:, None], axis[None]) / (2 * np.pi) + 0.75) % 1.0
    rows = (high - radius) / (high - low) * ink.coverage.shape[0]
    columns = angle * ink.coverage.shape[1]
    drawn = cv2.remap(
        ink.coverage, columns.astype(np.float32), rows.astype(np.float32), cv2.INTER_LINEAR, borderValue=0
    )
    return np.where((radius > low) & (radius < high), drawn, 0).astype(np.float32)


def star(side: int, radius: float, points: int, inner: float = 0.4) -> np.ndarray:
    """(side, side) float32 coverage of a star in the middle."""
    angles = np.arange(2 * points) * np.pi / points - np.pi / 2
    reach = np.where(np.arange(2 * points) % 2 == 0, radius, radius * inner)
    corners = np.column_stack([np.cos(angles), np.sin(angles)]) * reach[:, None] + side / 2
    page = np.zeros((side, side), np.uint8)
    cv2.fillPoly(page, [np.rint(corners * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return page.astype(np.float32) / 255
