"""Photographs that ship with scikit-image, with text on them and the truth about it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from skimage import data

from operators.picture import Picture
from operators.record import ImageRecord, Region


@dataclass
class Case:
    """photo, image: uint8 (h, w, 3). alpha: float32 (h, w). quad: float32 (4, 2)."""

    photo: np.ndarray
    image: np.ndarray
    alpha: np.ndarray
    quad: np.ndarray

    def record(self, confidence: float = 0.9, quads: list[np.ndarray] | None = None) -> ImageRecord:
        regions = [Region(quad=q.astype(np.float32), confidence=confidence) for q in quads or [self.quad]]
        return record_of(self.image, regions)


def record_of(image: np.ndarray, regions: list[Region]) -> ImageRecord:
    """A record whose frame is already decoded."""
    record = ImageRecord("a/b", b"", width=image.shape[1], height=image.shape[0], regions=regions)
    record._picture = Picture(image, "PNG", "RGB")
    return record


def photo(name: str = "astronaut") -> np.ndarray:
    """uint8 (h, w, 3)."""
    return np.ascontiguousarray(getattr(data, name)()[..., :3])


def captioned(
    name: str = "astronaut",
    at: tuple[int, int] = (60, 420),
    size: int = 40,
    text: str = "Hello, old world",
    colour: tuple[int, int, int] = (255, 255, 255),
    outline: int = 0,
    level: float = 1.0,
) -> Case:
    """Text in Pillow's own font, `outline` px of black around it, at opacity `level`."""
    picture = photo(name)
    height, width = picture.shape[:2]
    fill, edge = Image.new("L", (width, height)), Image.new("L", (width, height))
    font = ImageFont.load_default(size)
    ImageDraw.Draw(fill).text(at, text, fill=255, font=font)
    ImageDraw.Draw(edge).text(at, text, fill=255, font=font, stroke_width=outline)
    inner = np.asarray(fill, np.float32) / 255
    outer = np.maximum(np.asarray(edge, np.float32) / 255, inner)
    share = np.divide(inner, outer, out=np.zeros_like(inner), where=outer > 0)
    ink = share[..., None] * np.array(colour, np.float32)
    alpha = outer * level
    image = np.rint(alpha[..., None] * ink + (1 - alpha[..., None]) * picture).astype(np.uint8)
    ys, xs = np.nonzero(alpha > 0)
    x0, y0, x1, y1 = xs.min(), ys.min(), xs.max() + 1, ys.max() + 1
    return Case(picture, image, alpha, np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float32))


def visible(alpha: np.ndarray, image: np.ndarray, picture: np.ndarray) -> np.ndarray:
    """Bool (h, w): overlay that can be seen. Black on black is none: no matte can find it, no ghost can stay of it."""
    return (alpha > 0.1) & (np.abs(image.astype(int) - picture.astype(int)).max(2) > 8)


def hole_of(record: ImageRecord) -> np.ndarray:
    """Bool (h, w): all holes of a record's regions."""
    hole = np.zeros((record.height, record.width), bool)
    for region in record.regions:
        matte = region.matte
        if matte is not None:
            height, width = matte.hole.shape
            hole[matte.y : matte.y + height, matte.x : matte.x + width] |= matte.hole
    return hole
