"""One module per file format: bytes → `Picture` and back, changing nothing but the hole."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from operators.codecs import bmp, gif, jpeg, png, tiff, webp
from operators.picture import Picture

ENCODERS: dict[str, Callable[[Picture, np.ndarray, np.ndarray], bytes]] = {
    "JPEG": jpeg.encode,
    "PNG": png.encode,
    "TIFF": tiff.encode,
    "BMP": bmp.encode,
    "GIF": gif.encode,
    "WEBP": webp.encode,
}


def encode(picture: Picture, rgb: np.ndarray, hole: np.ndarray) -> bytes:
    """The picture in its own format, with its metadata, changed only where `hole` is true and `rgb` differs.

    rgb: (H, W, 3) upright, dtype of `picture.rgb`. hole: bool (H, W) upright. Without a change: the original bytes.
    Lossless formats keep every other stored sample; JPEG keeps every coefficient of the MCUs that no changed pixel
    lies in; a lossy WebP becomes a lossless one with the same decoded pixels elsewhere.
    Raises `ValueError` for a picture that is not editable, or arrays that do not fit it.
    """
    if not picture.editable:
        raise ValueError(f"this {picture.format} passes untouched: {picture.reason}")
    if rgb.shape != picture.rgb.shape or rgb.dtype != picture.rgb.dtype or hole.shape != rgb.shape[:2]:
        raise ValueError(f"rgb {rgb.shape} {rgb.dtype} and hole {hole.shape} do not fit {picture.rgb.shape}")
    changed = hole & (rgb != picture.rgb).any(axis=2)
    if not changed.any():
        return picture.native["data"]
    return ENCODERS[picture.format](picture, rgb, changed)
