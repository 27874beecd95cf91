"""Overlays for training that are harder and more varied than the kinds the project measures with."""

from __future__ import annotations

import numpy as np

from operators.render.bands import draw_channel, draw_lower_third, draw_ticker
from operators.render.codes import draw_code
from operators.render.doodles import draw_doodle, draw_signature
from operators.render.draw import Drawer, contrast
from operators.render.faint import faded, least_contrast
from operators.render.fonts import FontBook
from operators.render.hardened import draw_usual, draw_worn_stamp
from operators.render.overlay import Overlay, check_photo
from operators.render.patterns import draw_diagonal, draw_lines, draw_stock
from operators.render.prose import draw_line, draw_paragraph, draw_subtitles, draw_upright
from operators.render.repeats import draw_repeats
from operators.render.sheet import lay
from operators.render.stickers import draw_badge, draw_sticker

_DRAWERS: dict[str, tuple[Drawer, float]] = {
    "line": (draw_line, 0.22),
    "paragraph": (draw_paragraph, 0.06),
    "subtitles": (draw_subtitles, 0.06),
    "upright": (draw_upright, 0.04),
    "ticker": (draw_ticker, 0.04),
    "lower third": (draw_lower_third, 0.04),
    "channel": (draw_channel, 0.05),
    "badge": (draw_badge, 0.05),
    "sticker": (draw_sticker, 0.05),
    "code": (draw_code, 0.03),
    "doodle": (draw_doodle, 0.05),
    "signature": (draw_signature, 0.04),
    "lines": (draw_lines, 0.03),
    "stock": (draw_stock, 0.05),
    "diagonal": (draw_diagonal, 0.04),
    "repeats": (draw_repeats, 0.08),
    "stamp": (draw_worn_stamp, 0.04),
    "usual": (draw_usual, 0.08),
}
HARD_KINDS = tuple(_DRAWERS)
_ODDS = np.array([odds for _, odds in _DRAWERS.values()])
_ATTEMPTS = 3
_FAINT_SHARE = 0.3
_FAINT_MOST = 2.5  # times the least contrast that can be seen


def render_hard(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> Overlay:
    """An overlay of one of HARD_KINDS on the photo, varied by `rng`: any script of the book, any size and angle, three
    in ten faint (mean change down to 0.05 on a quiet ground). The same generator state gives the same bytes.

    photo: (H, W, 3) uint8 RGB. Raises ValueError for another photo, LookupError when the book lacks the letters.
    """
    check_photo(photo)
    return overlay_of(HARD_KINDS[int(rng.choice(len(HARD_KINDS), p=_ODDS / _ODDS.sum()))], photo, rng, fonts)


def overlay_of(kind: str, photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> Overlay:
    """An overlay of the kind on the (H, W, 3) uint8 photo; the best seen of up to three when the first is hardly seen.
    Raises ValueError for another kind or photo."""
    if kind not in _DRAWERS:
        raise ValueError(f"kind must be one of {HARD_KINDS}, got {kind!r}")
    best: Overlay | None = None
    most, least = -1.0, 1.0
    for _ in range(_ATTEMPTS):
        overlay = lay(photo, _DRAWERS[kind][0](photo, rng, fonts), kind)
        needed = least_contrast(photo, overlay)
        seen = contrast(photo, overlay) if overlay.regions else -1.0
        if best is None or seen / needed > most / least:
            best, most, least = overlay, seen, needed
        if most >= least:
            break
    assert best is not None
    if rng.random() < _FAINT_SHARE and most > least:
        return faded(photo, best, float(rng.uniform(1, _FAINT_MOST)) * least / most, rng.random() < 0.5)
    return best
