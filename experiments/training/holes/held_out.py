"""Fixed crops that no network trains on, for the curves of all of them: photographs of the calibrate split (or
another) under overlays in held-out fonts, and under boxes."""

from __future__ import annotations

import numpy as np

from experiments.datasets import data_folder, photo_paths, read_rgb
from experiments.training.fonts import held_out_fonts
from experiments.training.holes.crops import LEAST, MOST, VISIBLE, Holes, batch, soft_rim
from experiments.training.holes.support import box
from experiments.training.views.feed import place
from experiments.training.views.photo import resized
from operators.render import KINDS, FontBook, render_overlay

EVERY_BOX = 4  # every fourth crop is under a box
_LONG_SIDE = (400, 800)
_ATTEMPTS = 40


def held_out(count: int, size: int = 128, seed: int = 0, split: str = "calibrate") -> Holes:
    """`count` crops of size x size px, the first ones the same whatever the count; crop i is under a box when
    i % EVERY_BOX == EVERY_BOX - 1. Raises `SystemExit` when the photographs are not there."""
    paths, fonts = photo_paths(split), held_out_fonts(data_folder() / "fonts")
    if not paths:
        raise SystemExit(f"no *.jpg in {data_folder() / 'photos' / split}")
    order = np.random.default_rng(seed).permutation(len(paths))
    return batch([_crop(read_rgb(paths[order[i % len(paths)]]), i, size, fonts, np.random.default_rng([seed, i]))
                  for i in range(count)])


def _crop(photo: np.ndarray, index: int, size: int, fonts: FontBook, rng: np.random.Generator) -> Holes:
    photo = resized(photo, float(rng.uniform(*_LONG_SIDE)) / max(photo.shape[:2]))
    short = min(photo.shape[:2])
    photo = resized(photo, size / short) if short < size else photo
    for attempt in range(_ATTEMPTS):
        if index % EVERY_BOX == EVERY_BOX - 1:
            y, x = place(photo.shape, np.empty((0, 4, 2)), size, 0.0, rng)
            support = box(size, rng)
        else:
            drawn = render_overlay(photo, KINDS[(index + attempt // 8) % len(KINDS)], rng, fonts)
            y, x = place(photo.shape, np.stack([region.quad for region in drawn.regions]), size, 1.0, rng)
            support = drawn.alpha[y : y + size, x : x + size] > VISIBLE
        truth = np.ascontiguousarray(photo[y : y + size, x : x + size])
        hole, known = soft_rim(support, truth, rng)
        if LEAST <= hole.mean() <= MOST:
            return Holes(truth, hole, known)
    raise RuntimeError(f"no hole of {LEAST} to {MOST} of a crop came about in {_ATTEMPTS} attempts at crop {index}")
