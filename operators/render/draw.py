"""Draw an overlay of a given kind on a clean photograph."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from operators.render.caption import draw_caption
from operators.render.fonts import FontBook
from operators.render.handwriting import draw_handwriting
from operators.render.logo import draw_logo
from operators.render.meme import draw_meme
from operators.render.overlay import KINDS, Overlay, check_photo
from operators.render.sheet import Placement, lay
from operators.render.stamp import draw_stamp
from operators.render.tiled import draw_tiled
from operators.render.timestamp import draw_timestamp
from operators.render.watermark import draw_watermark

Drawer = Callable[[np.ndarray, np.random.Generator, FontBook], list[Placement]]
_DRAWERS: dict[str, Drawer] = {
    "caption": draw_caption,
    "meme": draw_meme,
    "timestamp": draw_timestamp,
    "watermark": draw_watermark,
    "tiled": draw_tiled,
    "stamp": draw_stamp,
    "handwriting": draw_handwriting,
    "logo": draw_logo,
}
_ATTEMPTS = 4
_LEAST_CONTRAST = {"watermark": 0.09, "tiled": 0.09}
_LEAST_CONTRAST_OF_OPAQUE = 0.16


def render_overlay(photo: np.ndarray, kind: str, rng: np.random.Generator, fonts: FontBook) -> Overlay:
    """An overlay of the kind on the photo, varied by `rng`; the same generator state gives the same bytes.

    photo: (H, W, 3) uint8 RGB. An attempt that nobody could see (white on white) is drawn anew, up to four times; the
    most visible one is kept. Raises ValueError for another kind or photo, LookupError when no font has Latin letters.
    """
    if kind not in _DRAWERS:
        raise ValueError(f"kind must be one of {KINDS}, got {kind!r}")
    check_photo(photo)
    best: Overlay | None = None
    most = -1.0
    for _ in range(_ATTEMPTS):
        overlay = lay(photo, _DRAWERS[kind](photo, rng, fonts), kind)
        seen = contrast(photo, overlay)
        if seen > most and overlay.regions:
            best, most = overlay, seen
        if most >= _LEAST_CONTRAST.get(kind, _LEAST_CONTRAST_OF_OPAQUE):
            break
    if best is None:
        raise ValueError(f"no {kind} fits a picture of {photo.shape[1]} x {photo.shape[0]} px")
    return best


def contrast(photo: np.ndarray, overlay: Overlay) -> float:
    """Mean change of a pixel by the overlay, 0..1, weighted by alpha. 0 without any alpha."""
    box = overlay.alpha.max(1), overlay.alpha.max(0)
    if not box[0].any():
        return 0.0
    rows, columns = (slice(int(np.argmax(b > 0)), len(b) - int(np.argmax(b[::-1] > 0))) for b in box)
    weight = overlay.alpha[rows, columns]
    change = np.abs(overlay.image[rows, columns].astype(np.int16) - photo[rows, columns]).max(2)
    return float((change * weight).sum() / weight.sum() / 255.0)
