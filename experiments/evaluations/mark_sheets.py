"""Marks to lay over whole sets of photographs: always the same pixels at the same place."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from experiments.datasets import data_folder
from operators.render import composite

FONT = "DejaVu/DejaVuSans-Bold.ttf"
SHEETS = {  # opacity, anchor (0 left/top, 1 right/bottom), margin px
    "text": (0.45, (1, 1), 14),
    "outlined": (0.6, (1, 1), 10),
    "logo": (0.55, (0, 0), 18),
    "faint": (0.25, (1, 0), 12),
    "tiled": (0.3, (0, 0), 0),
}


def lay_sheet(photo: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray]:
    """(image, alpha): uint8 (H, W, 3) and float32 (H, W), 0..1, of one of SHEETS on a photograph."""
    opacity, (right, bottom), margin = SHEETS[name]
    sheet = sheet_of(name)
    height, width = photo.shape[:2]
    if name == "tiled":
        repeats = (-(-height // sheet.shape[0]), -(-width // sheet.shape[1]), 1)
        frame = np.tile(sheet, repeats)[:height, :width]
    else:
        high, wide = min(sheet.shape[0], height - margin), min(sheet.shape[1], width - margin)
        x = width - margin - wide if right else margin
        y = height - margin - high if bottom else margin
        frame = np.zeros((height, width, 4), np.float32)
        frame[y : y + high, x : x + wide] = sheet[:high, :wide]
    alpha = np.ascontiguousarray(frame[..., 3] * opacity)
    return composite(photo, alpha, np.ascontiguousarray(frame[..., :3])), alpha


def lay_logo(photo: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """As `lay_sheet`: the logo anywhere, 0.5 to 1.6 of its size but within the photograph, opacity 0.3 to 0.95."""
    sheet = sheet_of("logo")
    height, width = photo.shape[:2]
    scale = min(float(rng.uniform(0.5, 1.6)), 0.95 * width / sheet.shape[1])
    opacity = float(rng.uniform(0.3, 0.95))
    ink = np.concatenate([sheet[..., :3] * sheet[..., 3:], sheet[..., 3:]], 2)
    ink = np.asarray(cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    high, wide = ink.shape[:2]
    x, y = int(rng.integers(0, width - wide + 1)), int(rng.integers(0, height - high + 1))
    alpha, colour = np.zeros((height, width), np.float32), np.zeros((height, width, 3), np.float32)
    alpha[y : y + high, x : x + wide] = ink[..., 3] * opacity
    colour[y : y + high, x : x + wide] = ink[..., :3] / np.maximum(ink[..., 3:], 1e-3)
    return composite(photo, alpha, colour), alpha


def logo_file() -> bytes:
    """The logo as a PNG with transparency, as a user would hand it over."""
    done, data = cv2.imencode(".png", np.rint(sheet_of("logo")[..., [2, 1, 0, 3]] * 255).astype(np.uint8))
    assert done
    return data.tobytes()


@lru_cache(maxsize=8)
def sheet_of(name: str) -> np.ndarray:
    """float32 (h, w, 4): straight RGB and coverage, 0..1."""
    if name == "outlined":
        return _text("© Jane Roe 2021", 30, (255, 255, 255), stroke=2, edge=(20, 20, 20))
    if name == "logo":
        return _logo()
    if name == "faint":
        return _text("sample archive", 34, (255, 255, 255))
    return _turned(_text("PREVIEW", 34, (255, 255, 255))) if name == "tiled" else _text("studio north", 36, (255,) * 3)


def _text(text: str, size: int, fill: tuple[int, ...], stroke: int = 0, edge: tuple[int, ...] = ()) -> np.ndarray:
    font = ImageFont.truetype(str(data_folder() / "fonts" / FONT), size)
    x0, y0, x1, y1 = (int(v) for v in font.getbbox(text, stroke_width=stroke))
    inner, outer = (Image.new("L", (x1 - x0 + 4, y1 - y0 + 4)) for _ in range(2))
    ImageDraw.Draw(inner).text((2 - x0, 2 - y0), text, font=font, fill=255)
    ImageDraw.Draw(outer).text((2 - x0, 2 - y0), text, font=font, fill=255, stroke_width=stroke)
    core = np.asarray(inner, np.float32)[..., None] / 255
    cover = np.maximum(np.asarray(outer, np.float32)[..., None] / 255, core)
    ink = core * np.array(fill, np.float32) / 255
    if edge:
        ink = ink + (cover - core) * np.array(edge, np.float32) / 255
    return np.concatenate([ink / np.maximum(cover, 1e-3), cover], 2)


def _logo() -> np.ndarray:
    """A red disc with a white bar, a blue ring, and a name beside it."""
    side, scale = 64, 4
    disc = Image.new("RGBA", (side * scale, side * scale))
    draw = ImageDraw.Draw(disc)
    draw.ellipse((4, 4, 251, 251), fill=(30, 70, 190, 255))
    draw.ellipse((28, 28, 227, 227), fill=(210, 40, 30, 255))
    draw.rectangle((60, 108, 195, 148), fill=(255, 255, 255, 255))
    mark = np.asarray(disc, np.float32) / 255
    mark[..., :3] *= mark[..., 3:]
    small = cv2.resize(mark, (side, side), interpolation=cv2.INTER_AREA)
    small = np.concatenate([small[..., :3] / np.maximum(small[..., 3:], 1e-3), small[..., 3:]], 2)
    text = _text("Channel 4", 32, (255, 255, 255), stroke=1, edge=(30, 70, 190))
    page = np.zeros((side, side + 10 + text.shape[1], 4), np.float32)
    page[:, :side] = small
    top = (side - text.shape[0]) // 2
    page[top : top + text.shape[0], side + 10 :] = text
    return page


def _turned(text: np.ndarray, width: int = 260, height: int = 170, degrees: float = 24) -> np.ndarray:
    """One tile with the text turned in its middle."""
    high, wide = text.shape[:2]
    premultiplied = np.concatenate([text[..., :3] * text[..., 3:], text[..., 3:]], 2)
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), degrees, 1.0)
    turn[:, 2] += (width / 2 - wide / 2, height / 2 - high / 2)
    page = np.asarray(cv2.warpAffine(premultiplied, turn, (width, height), flags=cv2.INTER_LINEAR))
    return np.concatenate([page[..., :3] / np.maximum(page[..., 3:], 1e-3), page[..., 3:]], 2)
