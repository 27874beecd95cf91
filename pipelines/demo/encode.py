"""The files of the demo: every picture in another format, as data sets from the web have them."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image


@dataclass(frozen=True)
class Encoding:
    """format: Pillow's name. options: of Pillow's `save`."""

    extension: str
    format: str
    options: dict[str, Any] = field(default_factory=dict)


ENCODINGS = (
    Encoding("jpg", "JPEG", {"quality": 85, "subsampling": "4:2:0"}),
    Encoding("jpg", "JPEG", {"quality": 95, "subsampling": "4:4:4"}),
    Encoding("png", "PNG"),
    Encoding("jpg", "JPEG", {"quality": 75, "subsampling": "4:2:0", "progressive": True}),
    Encoding("jpg", "JPEG", {"quality": 90, "subsampling": "4:2:2"}),
    Encoding("webp", "WEBP", {"quality": 88}),
    Encoding("jpg", "JPEG", {"quality": 62, "subsampling": "4:2:0"}),
    Encoding("webp", "WEBP", {"lossless": True}),
    Encoding("jpg", "JPEG", {"quality": 92, "subsampling": "4:2:0", "optimize": True}),
)


def encode(rgb: np.ndarray, encoding: Encoding, *, grey: bool) -> bytes:
    """(H, W, 3) uint8 RGB as a file. grey: one channel where the format has that."""
    image = Image.fromarray(rgb)
    options = dict(encoding.options)
    if grey and encoding.format != "WEBP":
        image = image.convert("L")
        options.pop("subsampling", None)
    buffer = io.BytesIO()
    image.save(buffer, encoding.format, **options)
    return buffer.getvalue()
