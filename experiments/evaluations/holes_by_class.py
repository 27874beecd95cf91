"""Holes in unseen photographs by the width of what made them: thin strokes, thick strokes and boxes.

Strokes are those of rendered overlays in fonts never trained on, cut to a square that one view of every embedded
generator covers. Crop i of a class follows from (seed, class, i) alone, so the first ones are the same for any count.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from functools import partial

import cv2
import numpy as np

from experiments.datasets import data_folder, photo_paths, read_rgb
from experiments.training.fonts import held_out_fonts
from experiments.training.holes.crops import VISIBLE, Holes, batch, soft_rim
from experiments.training.holes.support import box
from experiments.training.views.feed import place
from experiments.training.views.photo import resized
from operators.matting.stroke import stroke_width
from operators.render import KINDS, FontBook, render_overlay
from pipelines.demo.photographs import VIEWS, photograph

LIBRARY = "library"  # the photographs that scikit-image and scikit-learn ship: what may be shown
CLASSES = ("thin strokes", "thick strokes", "boxes")
WIDTHS = {"thin strokes": (1.0, 6.0), "thick strokes": (7.0, 20.0)}  # px, of the overlay's strokes before growth
SIZE = 160  # px, of a crop: context enough for a view around any hole in its middle
MIDDLE = {"thin strokes": 64, "thick strokes": 64, "boxes": 96}  # px, side of the square that holds what is covered
LEAST = 0.06  # share of that square that strokes cover
_LONG_SIDE = {"thin strokes": (400, 800), "thick strokes": (600, 1024), "boxes": (400, 800)}
_ATTEMPTS = 600
_PLACES = 4  # crops tried on one rendered overlay


def holes_of(kind: str, count: int, split: str = "calibrate", seed: int = 0) -> Holes:
    """`count` crops of SIZE px of a class. split: of the photographs, or LIBRARY. Raises `SystemExit` when they are not
    there."""
    photos, fonts = _photos(split), held_out_fonts(data_folder() / "fonts")
    stream = [seed, zlib.crc32(kind.encode())]
    order = np.random.default_rng(stream).permutation(len(photos))
    return batch([crop(photos[order[i % len(photos)]](), kind, i, fonts, np.random.default_rng([*stream, i]))
                  for i in range(count)])


def _photos(split: str) -> list[Callable[[], np.ndarray]]:
    if split == LIBRARY:
        return [partial(photograph, view) for view in VIEWS]
    paths = photo_paths(split)
    if not paths:
        raise SystemExit(f"no *.jpg in {data_folder() / 'photos' / split}")
    return [partial(read_rgb, path) for path in paths]


def crop(photo: np.ndarray, kind: str, index: int, fonts: FontBook, rng: np.random.Generator) -> Holes:
    """One crop, without the N of `Holes`. photo: uint8 (H, W, 3). Raises RuntimeError when no stroke of the class's
    width comes about."""
    scale = float(rng.uniform(*_LONG_SIDE[kind])) / max(photo.shape[:2])
    photo = resized(photo, max(scale, (SIZE + 1) / min(photo.shape[:2])))
    if kind == "boxes":
        y, x = place(photo.shape, np.empty((0, 4, 2)), SIZE, 0.0, rng)
        return _hollowed(photo, y, x, box(MIDDLE[kind], rng), rng)
    for attempt in range(_ATTEMPTS // _PLACES):
        drawn = render_overlay(photo, KINDS[(index + attempt) % len(KINDS)], rng, fonts)
        quads = np.stack([region.quad for region in drawn.regions])
        for y, x in _places(photo.shape, quads, rng):
            inner = _middle(drawn.alpha[y : y + SIZE, x : x + SIZE], MIDDLE[kind]) > VISIBLE
            if inner.mean() >= LEAST and _fits(inner, kind):
                return _hollowed(photo, y, x, inner, rng)
    raise RuntimeError(f"no {kind} came about in {_ATTEMPTS} attempts at crop {index}")


def _fits(covered: np.ndarray, kind: str) -> bool:
    """Hatched letters, whose lines will be one hole, count as what they are together."""
    low, high = WIDTHS[kind]
    together = cv2.morphologyEx(covered.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)) > 0
    return low <= stroke_width(together) <= high


def _places(shape: tuple[int, ...], quads: np.ndarray, rng: np.random.Generator) -> Sequence[tuple[int, int]]:
    return [place(shape, quads, SIZE, 1.0, rng) for _ in range(_PLACES)]


def _middle(values: np.ndarray, side: int) -> np.ndarray:
    start = (SIZE - side) // 2
    return values[start : start + side, start : start + side]


def _hollowed(photo: np.ndarray, y: int, x: int, inner: np.ndarray, rng: np.random.Generator) -> Holes:
    """The crop at (y, x) with what `inner`, bool (side, side), covers of its middle grown to a hole."""
    truth, support = np.ascontiguousarray(photo[y : y + SIZE, x : x + SIZE]), np.zeros((SIZE, SIZE), bool)
    _middle(support, len(inner))[:] = inner
    return Holes(truth, *soft_rim(support, truth, rng))
