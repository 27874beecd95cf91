"""A known mark on one picture: its alpha and colour in the picture's own pixels."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from operators.marks.anchor import ANYWHERE
from operators.marks.lattice import unroll
from operators.marks.logo import scaled, search
from operators.marks.mark import Mark
from operators.marks.presence import REACH, Presence, fitted, judge, opacity, predicted
from operators.picture import Picture

LOOK = 512  # px
MOST_ALPHA = 0.98
LEAST_ALPHA = 0.01
LEAST_OPACITY = 0.08  # of a logo


@dataclass(frozen=True)
class Found:
    """alpha: float32 (h, w) and colour: float32 (h, w, 3), straight, at (x, y) px of the picture. confidence: 0..1.
    scores: what decided. exact: learnt in place, so that its edges are right to the pixel; a logo's are not."""

    x: int
    y: int
    alpha: np.ndarray
    colour: np.ndarray
    confidence: float
    scores: dict[str, float]
    exact: bool = True


def find_mark(mark: Mark, picture: Picture) -> Found | None:
    """The mark where it belongs on the picture, or a logo wherever it is, refined; None when it is not there."""
    if mark.anchor == ANYWHERE:
        return _find_logo(mark, picture)
    place = mark.place(picture.width, picture.height)
    if place is None:
        return None
    alpha, colour = mark.alpha.astype(np.float32), mark.colour.astype(np.float32)
    if mark.period is not None:
        both = np.concatenate([alpha[..., None], colour], 2)
        both = unroll(both, mark.period, *place, picture.width, picture.height)
        return _settle(picture, 0, 0, np.ascontiguousarray(both[..., 0]), np.ascontiguousarray(both[..., 1:]))
    x, y = place
    high, wide = alpha.shape
    if x < -wide // 2 or y < -high // 2 or x + wide // 2 > picture.width or y + high // 2 > picture.height:
        return None
    return _settle(picture, x, y, alpha, colour)


def _find_logo(mark: Mark, picture: Picture) -> Found | None:
    spot = search(mark, picture.view(0, 0, picture.width, picture.height))
    if spot is None:
        return None
    alpha, colour = scaled(mark, spot.scale)
    x, y = round(spot.x), round(spot.y)
    faint = opacity(*_in_context(picture, x, y, alpha, colour)[:3])
    if faint < LEAST_OPACITY:
        return None
    found = _settle(picture, x, y, np.clip(alpha * faint, 0, MOST_ALPHA), colour)
    return replace(found, exact=False) if found else None


def _settle(picture: Picture, x: int, y: int, alpha: np.ndarray, colour: np.ndarray) -> Found | None:
    """Test the mark at (x, y), follow it where it has moved, and lay it down with its own opacity."""
    view, alpha, colour, x, y = _in_context(picture, x, y, alpha, colour)
    look = _look(alpha)
    change, back = predicted(view[look], alpha[look], colour[look])
    seen = judge(view[look], alpha[look], change)
    if not seen.present:
        return None
    if seen.shift != (0, 0):
        alpha, colour = _moved(alpha, colour, *seen.shift)
        change, back = predicted(view[look], alpha[look], colour[look])
    gain, dx, dy = fitted(view[look], alpha[look], change, back)
    if (dx, dy) != (0.0, 0.0):
        alpha, colour = _moved(alpha, colour, dx, dy)
    alpha = np.clip(alpha * gain, 0, MOST_ALPHA)
    alpha[alpha < LEAST_ALPHA] = 0
    return Found(x, y, alpha, colour, seen.confidence, _scores(seen, gain, dx, dy))


def _look(alpha: np.ndarray) -> tuple[slice, slice]:
    """The part that decides, at most LOOK px long: a mark repeated over a large picture need not be tested in all of
    it."""
    starts = [max((length - LOOK) // 2, 0) for length in alpha.shape]
    return slice(starts[0], starts[0] + LOOK), slice(starts[1], starts[1] + LOOK)


def _scores(seen: Presence, gain: float, dx: float, dy: float) -> dict[str, float]:
    return {"mark_score": seen.score, "mark_gain": seen.gain, "mark_match": seen.match, "mark_opacity": gain,
            "mark_x": seen.shift[0] + dx, "mark_y": seen.shift[1] + dy}


def _in_context(
    picture: Picture, x: int, y: int, alpha: np.ndarray, colour: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int, int]:
    """(view, alpha, colour, x, y): the picture around the mark, and the mark laid into a frame of that view."""
    high, wide = alpha.shape
    x0, y0 = max(x - REACH, 0), max(y - REACH, 0)
    x1, y1 = min(x + wide + REACH, picture.width), min(y + high + REACH, picture.height)
    left, top = max(x, x0), max(y, y0)
    right, bottom = min(x + wide, x1), min(y + high, y1)
    here = np.s_[top - y0 : bottom - y0, left - x0 : right - x0]
    there = np.s_[top - y : bottom - y, left - x : right - x]
    share, tint = np.zeros((y1 - y0, x1 - x0), np.float32), np.zeros((y1 - y0, x1 - x0, 3), np.float32)
    share[here], tint[here] = alpha[there], colour[there]
    return picture.view(x0, y0, x1, y1), share, tint, x0, y0


def _moved(alpha: np.ndarray, colour: np.ndarray, dx: float, dy: float) -> tuple[np.ndarray, np.ndarray]:
    """Moved by (dx, dy) px, premultiplied on the way so that colour does not bleed from where alpha is 0."""
    to = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
    both = np.concatenate([alpha[..., None], alpha[..., None] * colour], 2)
    moved = np.asarray(cv2.warpAffine(both, to, both.shape[1::-1], flags=cv2.INTER_LINEAR))
    share = np.ascontiguousarray(moved[..., 0])
    return share, np.where((share > 0)[..., None], moved[..., 1:] / np.maximum(share, 1e-4)[..., None], 0)
