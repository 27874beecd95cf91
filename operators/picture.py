"""A decoded picture: what the operators see, and what is needed to give it back in its own form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np


class UnreadableImage(ValueError):
    """The bytes are not a picture we can decode. `kind` is a short class for the failures table:
    empty, not_an_image, truncated, corrupt, too_large, unsupported."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass
class Picture:
    """rgb: (H, W, 3) uint8, or uint16 for 16-bit sources; upright (EXIF orientation applied), straight alpha ignored.
    transparency: (H, W) of the same dtype, upright, or None.
    format: Pillow's name (JPEG, PNG, WEBP, TIFF, BMP, GIF, ...). mode: Pillow-like mode of the stored raster.
    orientation: EXIF value 1..8 by which the stored raster was turned.
    editable: False when the picture must pass untouched; then `reason` says why (animated, several pages, ...).
    native: whatever the codec needs to write it back (stored raster, palette, tables, metadata).
    """

    rgb: np.ndarray
    format: str
    mode: str
    orientation: int = 1
    transparency: np.ndarray | None = None
    editable: bool = True
    reason: str = ""
    native: dict[str, Any] = field(default_factory=dict)

    @property
    def height(self) -> int:
        return int(self.rgb.shape[0])

    @property
    def width(self) -> int:
        return int(self.rgb.shape[1])

    @property
    def peak(self) -> int:
        """The largest value of a channel: 255 or 65535."""
        return int(np.iinfo(self.rgb.dtype).max)

    def view(self, x0: int, y0: int, x1: int, y1: int) -> np.ndarray:
        """Float32 (h, w, 3) crop, RGB 0..1."""
        return self.rgb[y0:y1, x0:x1].astype(np.float32) / self.peak

    def rgb8(self) -> np.ndarray:
        """(H, W, 3) uint8, for what only needs to look."""
        return self.rgb if self.rgb.dtype == np.uint8 else (self.rgb >> 8).astype(np.uint8)
