"""Where on a picture a mark that was learnt there lies again: on the lattice's points, and off them.

A mark's change alpha (T - B) has gradients; the regression of the picture's on them is the instance's gain, 1 for one
that is like the mean of all. The picture's gradients are bounded by the mark's: one strong edge must not decide.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

GAINS = (0.45, 1.7)  # an instance's opacity over the mean one: outside, it is none
LEAST_SHOWN = 0.1  # share of the mark's alpha that must lie in the picture
OFF_LATTICE = 0.65  # gain from which an instance off the lattice is one
REACH = 3  # px around a piece that its interpolation reads
MOST_PIXELS = 4_000_000  # of a picture that is searched off the lattice, too
STANDS_OUT = 6.0  # spreads of the gain over all places that it must reach, too


@dataclass(frozen=True)
class Shape:
    """A mark without a place. alpha: float32 (h, w), 0..1. colour: float32 (h, w, 3), straight."""

    alpha: np.ndarray
    colour: np.ndarray

    def change(self, level: np.ndarray) -> np.ndarray:
        """float32 (h, w, 3): what it adds to a plain background of that colour (3,)."""
        return self.alpha[..., None] * (self.colour - level)


def piece_at(rgb8: np.ndarray, place: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """float32 (h, w, 3), 0..1: a uint8 picture from (x, y) px on, to a fraction of a pixel; beyond its edge the last
    pixels are repeated. Only that part of the picture is converted."""
    whole = np.floor(place).astype(int)
    x0, y0 = np.clip(whole - REACH, 0, np.array(rgb8.shape[1::-1]) - 1)
    x1, y1 = np.clip(whole + np.array(shape[1::-1]) + REACH + 1, 1, rgb8.shape[1::-1])
    part = rgb8[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)].astype(np.float32) / 255
    back = np.array([[1, 0, place[0] - x0], [0, 1, place[1] - y0]], np.float64)
    piece = cv2.warpAffine(part, back, (shape[1], shape[0]), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
                           borderMode=cv2.BORDER_REPLICATE)
    return np.clip(piece, 0, 1)


def gain_at(rgb8: np.ndarray, place: np.ndarray, mark: Shape) -> float:
    """The gain of an instance at (x, y) px; 0 where too little of it lies in the picture."""
    seen = _seen(place, mark.alpha.shape, rgb8.shape)
    if float(mark.alpha[seen].sum()) < LEAST_SHOWN * float(mark.alpha.sum()):
        return 0.0
    piece = piece_at(rgb8, place, mark.alpha.shape)
    change = mark.change(np.median(piece[seen], 0))
    total, own = 0.0, 0.0
    for axis in (0, 1):
        wanted, there = np.diff(change, axis=axis), np.diff(piece, axis=axis)
        bound = _bound(wanted)
        known = seen[1:] & seen[:-1] if axis == 0 else seen[:, 1:] & seen[:, :-1]
        total += float((np.clip(there, -bound, bound) * wanted)[known].sum())
        own += float((wanted**2)[known].sum())
    return total / own if own > 1e-6 else 0.0


def off_lattice(rgb8: np.ndarray, mark: Shape, places: list[np.ndarray]) -> list[np.ndarray]:
    """(x, y) px of instances that lie at none of the `places`: repeats that a lattice, twice too wide in a direction,
    does not hold. Most of each lies in the picture. None in pictures of more than MOST_PIXELS."""
    if rgb8[..., 0].size > MOST_PIXELS:
        return []
    surface = _gains(rgb8.astype(np.float32) / 255, mark)
    spread = 1.4826 * float(np.median(np.abs(surface - np.median(surface)))) + 1e-6
    height, width = mark.alpha.shape
    near = max(min(height, width) // 2, 8)
    top = cv2.dilate(surface, np.ones((2 * near + 1, 2 * near + 1), np.uint8))
    ys, xs = np.nonzero((surface == top) & (surface > max(OFF_LATTICE, STANDS_OUT * spread)))
    corner = np.array([width // 2, height // 2])
    found = np.column_stack([xs, ys]) - corner
    return [spot.astype(np.float64) for spot in found
            if all(np.hypot(*(spot - place)) > near for place in places)]


def _gains(rgb: np.ndarray, mark: Shape) -> np.ndarray:
    """float32 (H, W): the gain of an instance centred on each pixel, on the picture's mean colour."""
    height, width = mark.alpha.shape
    pads = (height // 2, height - 1 - height // 2, width // 2, width - 1 - width // 2)
    change = mark.change(np.median(rgb, (0, 1)))
    total, own = None, 0.0
    for axis in (0, 1):
        wanted = np.diff(change, axis=axis, append=0)
        bound = _bound(wanted)
        there = np.clip(np.diff(rgb, axis=axis, append=rgb[-1:] if axis == 0 else rgb[:, -1:]), -bound, bound)
        wide = cv2.copyMakeBorder(there, *pads, cv2.BORDER_CONSTANT, value=(0, 0, 0))
        part = cv2.matchTemplate(wide, wanted.astype(np.float32), cv2.TM_CCORR)
        total, own = part if total is None else total + part, own + float((wanted**2).sum())
    assert total is not None
    return total / max(own, 1e-9)


def _bound(wanted: np.ndarray) -> float:
    return 1.5 * float(np.abs(wanted).max()) + 1e-6


def _seen(place: np.ndarray, shape: tuple[int, ...], picture: tuple[int, ...]) -> np.ndarray:
    """Bool (h, w): which pixels of the mark's box lie in the picture."""
    columns, rows = np.arange(shape[1]) + place[0], np.arange(shape[0]) + place[1]
    return ((rows >= 0) & (rows <= picture[0] - 1))[:, None] & ((columns >= 0) & (columns <= picture[1] - 1))[None]
