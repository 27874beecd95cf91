"""What a file of the recipe's `marks` holds: known marks, or one logo."""

from __future__ import annotations

import cv2
import numpy as np

from operators.marks.anchor import ANYWHERE
from operators.marks.mark import Mark, unpack_marks

LEAST_SIDE = 8  # px


def marks_in(name: str, data: bytes) -> list[Mark]:
    """The marks of a file: `.safetensors` as `cleanplate marks` writes it, else a picture with transparency, a logo.
    Raises `ValueError` saying what is wrong with it."""
    if name.lower().endswith(".safetensors"):
        try:
            return unpack_marks(data)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error
    return [logo_mark(name, data)]


def logo_mark(name: str, data: bytes) -> Mark:
    """A logo, cut to what is not transparent. Raises `ValueError` for a picture that is opaque, empty or small."""
    bgra = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if bgra is None:
        raise ValueError(f"{name}: neither a mark file (.safetensors) nor a picture")
    peak = 65535 if bgra.dtype == np.uint16 else 255
    if bgra.ndim != 3 or bgra.shape[2] != 4 or bgra[..., 3].min() == peak:
        raise ValueError(f"{name}: a logo needs transparency around it: save it as PNG with an alpha channel")
    rgba = bgra[..., [2, 1, 0, 3]].astype(np.float32) / peak
    ys, xs = np.nonzero(rgba[..., 3] > 0.02)
    if not len(ys) or min(np.ptp(ys), np.ptp(xs)) + 1 < LEAST_SIDE:
        raise ValueError(f"{name}: nothing of {LEAST_SIDE} px or more is visible in it")
    own = rgba[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    return Mark(name, own[..., 3].astype(np.float16), own[..., :3].astype(np.float16), ANYWHERE)
