"""Text to coverage: set in a font, outlined, blurred, grown, worn."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from operators.render.fonts import Face


@dataclass(frozen=True)
class Ink:
    """coverage: (h, w) float32, 0..1. x, y: px of its top left corner from the pen's origin on the baseline."""

    coverage: np.ndarray
    x: int
    y: int

    def moved(self, dx: int, dy: int) -> Ink:
        return replace(self, x=self.x + dx, y=self.y + dy)

    def blurred(self, sigma: float) -> Ink:
        """Gaussian blur of `sigma` px, on a frame that grows with it."""
        pad = int(np.ceil(2.5 * sigma))
        wide = cv2.copyMakeBorder(self.coverage, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=0)
        return Ink(cv2.GaussianBlur(wide, (0, 0), max(sigma, 0.1)), self.x - pad, self.y - pad)

    def grown(self, radius: int) -> Ink:
        """Dilated by a disc of `radius` px."""
        pad = radius + 1
        wide = cv2.copyMakeBorder(self.coverage, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=0)
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
        return Ink(cv2.dilate(wide, disc), self.x - pad, self.y - pad)

    def box(self, level: float = 0.5) -> tuple[int, int, int, int]:
        """(x0, y0, x1, y1) of the coverage above `level`; all of it when nothing is."""
        rows, columns = np.nonzero((self.coverage > level).any(1))[0], np.nonzero((self.coverage > level).any(0))[0]
        if not len(rows):
            return self.x, self.y, self.x + self.coverage.shape[1], self.y + self.coverage.shape[0]
        return self.x + columns[0], self.y + rows[0], self.x + columns[-1] + 1, self.y + rows[-1] + 1


def _engine(text: str) -> ImageFont.Layout:
    complex_script = any("\u0590" <= c <= "\u0eff" for c in text)
    return ImageFont.Layout.RAQM if complex_script else ImageFont.Layout.BASIC


def _font(text: str, face: Face, size: float) -> ImageFont.FreeTypeFont:
    return face.at(size, _engine(text))


def line_width(text: str, face: Face, size: float, tracking: float = 0.0) -> float:
    """Advance width in px; `tracking` is extra px between letters."""
    return float(_font(text, face, size).getlength(text)) + tracking * max(len(text) - 1, 0)


def set_line(text: str, face: Face, size: float, stroke: float = 0.0, tracking: float = 0.0) -> Ink:
    """The line set at `size` px per em, anti-aliased, with its strokes widened by `stroke` px on every side."""
    font = _font(text, face, size)
    if tracking and _engine(text) is ImageFont.Layout.BASIC:
        return _set_spaced(text, font, stroke, tracking)
    x0, y0, x1, y1 = font.getbbox(text, anchor="ls", stroke_width=stroke)
    left, top = int(np.floor(x0)) - 1, int(np.floor(y0)) - 1
    page = Image.new("L", (max(int(np.ceil(x1)) - left + 1, 1), max(int(np.ceil(y1)) - top + 1, 1)))
    ImageDraw.Draw(page).text((-left, -top), text, fill=255, font=font, anchor="ls", stroke_width=stroke)
    return Ink(np.asarray(page, np.float32) / 255.0, left, top)


def _set_spaced(text: str, font: ImageFont.FreeTypeFont, stroke: float, tracking: float) -> Ink:
    x0, y0, x1, y1 = font.getbbox(text, anchor="ls", stroke_width=stroke)
    left, top = int(np.floor(x0)) - 1, int(np.floor(y0)) - 1
    wide = int(np.ceil(x1 + max(tracking, 0) * len(text))) - left + 2
    page = Image.new("L", (max(wide, 1), max(int(np.ceil(y1)) - top + 1, 1)))
    pen, draw = float(-left), ImageDraw.Draw(page)
    for letter in text:
        draw.text((pen, -top), letter, fill=255, font=font, anchor="ls", stroke_width=stroke)
        pen += font.getlength(letter) + tracking
    return Ink(np.asarray(page, np.float32) / 255.0, left, top)


def rounded_box(width: int, height: int, radius: float, feather: float = 0.0) -> np.ndarray:
    """(height, width) float32 coverage of a rounded rectangle, its border softened over `feather` px inwards."""
    x = np.abs(np.arange(width, dtype=np.float32) + 0.5 - width / 2) - (width / 2 - radius)
    y = np.abs(np.arange(height, dtype=np.float32) + 0.5 - height / 2) - (height / 2 - radius)
    outside = np.hypot(np.maximum(x, 0)[None, :], np.maximum(y, 0)[:, None])
    distance = radius - outside - np.minimum(np.maximum(x[None, :], y[:, None]), 0)
    return np.clip((distance + 0.5) / max(feather, 1.0), 0, 1).astype(np.float32)


def worn(coverage: np.ndarray, rng: np.random.Generator, grain: float, loss: float) -> np.ndarray:
    """Coverage with the patches a rubber stamp leaves dry: `loss` 0..1 is their share, `grain` px their size."""
    height, width = coverage.shape
    coarse = rng.standard_normal((max(int(height / grain / 4), 2), max(int(width / grain / 4), 2))).astype(np.float32)
    fine = rng.standard_normal((max(int(height / grain), 2), max(int(width / grain), 2))).astype(np.float32)
    noise = np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)
    noise = noise + cv2.resize(fine, (width, height), interpolation=cv2.INTER_LINEAR)
    level = np.quantile(noise[:: max(height // 64, 1), :: max(width // 64, 1)], loss)
    return coverage * np.clip((noise - level) / 0.6 + 0.5, 0.0, 1.0)
