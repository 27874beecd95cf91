"""Photographs that ship with scikit-image, with text on a panel."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from operators.panels.panel import Panel
from tests.operators.overlaid import Case, photo


def paneled(
    name: str = "chelsea",
    at: tuple[int, int] = (100, 110),
    text: str = "A cat looks on",
    size: int = 36,
    level: float = 0.6,
    colour: tuple[float, float, float] = (0.0, 0.0, 0.0),
    pad: int = 9,
    radius: float = 0.0,
    tilt: float = 0.0,
) -> tuple[Case, Panel]:
    """White text on a panel that reaches `pad` px beyond it, as long as the longest of its lines. alpha and quad of the
    case are those of the letters. tilt: of the panel, px down per px along."""
    picture = photo(name)
    height, width = picture.shape[:2]
    ink = Image.new("L", (width, height))
    ImageDraw.Draw(ink).multiline_text(at, text, fill=255, font=ImageFont.load_default(size), spacing=6, align="center")
    letters = np.asarray(ink, np.float32)[..., None] / 255
    ys, xs = np.nonzero(letters[..., 0] > 0)
    x0, y0, x1, y1 = xs.min(), ys.min(), xs.max() + 1, ys.max() + 1
    along = np.array([x1 - x0 + 2 * pad, (x1 - x0 + 2 * pad) * tilt], float)
    down = np.array([-tilt, 1.0]) * (y1 - y0 + 2 * pad)
    panel = Panel(np.array([x0 - pad, y0 - pad], float), along, down, level, np.array(colour, np.float32), radius)
    share = level * panel.coverage(0, 0, width, height)[..., None]
    seen = (1 - share) * picture + share * 255 * panel.colour
    image = np.rint((1 - letters) * seen + letters * 255).astype(np.uint8)
    quad = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float32)
    return Case(picture, image, letters[..., 0], quad), panel
