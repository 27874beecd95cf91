"""Lines of text on arcs and waves."""

from __future__ import annotations

import cv2
import numpy as np

from operators.render.sheet import Sheet, curved, ink_quad


def waved(sheet: Sheet, swing: float, turns: float, phase: float) -> Sheet:
    """A sheet of one line whose baseline swings by `swing` px up and down, `turns` times over its length."""
    height, width = sheet.rgba.shape[:2]
    reach = int(np.ceil(abs(swing))) + 1
    across = np.arange(width, dtype=np.float32)
    drop = swing * np.sin(across * (2 * np.pi * turns / width) + phase)
    rows = np.arange(height + 2 * reach, dtype=np.float32)[:, None] - reach - drop[None].astype(np.float32)
    columns = np.ascontiguousarray(np.broadcast_to(across, rows.shape))
    rgba = cv2.remap(sheet.rgba, columns, rows, cv2.INTER_LINEAR, borderValue=(0, 0, 0, 0))
    return Sheet(rgba, [ink_quad(rgba)], sheet.texts)


def arched(sheet: Sheet, degrees: float) -> Sheet:
    """A sheet of one line laid along `degrees` (10 to 330) of a circle, letters turned with it: over its top when
    positive, through its bottom when negative."""
    upright = sheet.rgba if degrees > 0 else sheet.rgba[::-1]
    rgba = _over_the_top(np.ascontiguousarray(upright), np.deg2rad(abs(degrees)))
    rgba = rgba if degrees > 0 else np.ascontiguousarray(rgba[::-1])
    return Sheet(rgba, [ink_quad(rgba)], sheet.texts)


def _over_the_top(rgba: np.ndarray, angle: float) -> np.ndarray:
    height, width = rgba.shape[:2]
    radius = max(width / angle, height / 2 + 1)
    outer, inner = radius + height / 2, radius - height / 2
    half = width / radius / 2
    side = int(np.ceil(outer * np.sin(min(half, np.pi / 2)))) + 1
    low = -inner * np.cos(half) if half < np.pi / 2 else -outer * np.cos(half)
    x = np.arange(-side, side, dtype=np.float32) + np.float32(0.5)
    y = np.arange(-int(np.ceil(outer)) - 1, int(np.ceil(low)) + 1, dtype=np.float32)[:, None] + np.float32(0.5)
    columns = np.arctan2(x, -y) * np.float32(radius) + np.float32(width / 2 - 0.5)
    rows = np.float32(height / 2 + radius - 0.5) - np.hypot(x, y)
    return np.asarray(cv2.remap(rgba, columns, rows, cv2.INTER_LINEAR, borderValue=(0, 0, 0, 0)))


def bent(sheet: Sheet, em: float, rng: np.random.Generator) -> Sheet:
    """The sheet of one line, `em` px per em, sagging, waving or on an arc."""
    toss = rng.random()
    if toss < 0.35:
        return curved(sheet, float(rng.uniform(-1.2, 1.2)) * em)
    if toss < 0.6:
        return waved(sheet, float(rng.uniform(0.1, 0.5)) * em, float(rng.uniform(0.6, 3)), float(rng.uniform(0, 6)))
    return arched(sheet, float(rng.choice([-1, 1], p=[0.35, 0.65])) * float(rng.uniform(25, 200)))
