"""What a drawn overlay is: the picture with it, and the truth about it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

KINDS = ("caption", "meme", "timestamp", "watermark", "tiled", "stamp", "handwriting", "logo")


@dataclass(frozen=True)
class OverlayRegion:
    """quad: (4, 2) float32 px, clockwise from top left in reading order, pixel i spanning [i, i + 1).
    It bounds one line with its outline, shadow and share of its backing; a stamp or logo is one quad for the whole.
    text: what is written there, "" for a mark without letters. kind: one of KINDS, or of HARD_KINDS."""

    quad: np.ndarray
    text: str
    kind: str


@dataclass(frozen=True)
class Overlay:
    """image: (H, W, 3) uint8. alpha: (H, W) float32, 0..1. colour: (H, W, 3) float32, RGB 0..1, zero where alpha is.
    image == composite(photo, alpha, colour), exactly."""

    kind: str
    image: np.ndarray
    alpha: np.ndarray
    colour: np.ndarray
    regions: list[OverlayRegion]


def composite(photo: np.ndarray, alpha: np.ndarray, colour: np.ndarray) -> np.ndarray:
    """round(255 * (alpha * colour + (1 - alpha) * photo / 255)) in float64, as (H, W, 3) uint8; photo is uint8."""
    share = alpha[..., None].astype(np.float64)
    blend = share * colour + (1.0 - share) * (photo / 255.0)
    return np.rint(255.0 * blend).astype(np.uint8)


def check_photo(photo: np.ndarray) -> None:
    """Raise ValueError unless photo is a non-empty (H, W, 3) uint8 array."""
    if photo.dtype != np.uint8 or photo.ndim != 3 or photo.shape[2] != 3 or 0 in photo.shape:
        raise ValueError(f"photo must be (H, W, 3) uint8 and not empty, got {photo.shape} {photo.dtype}")
