"""Squares of clean photographs with a hole as the product cuts them, and the overlay said to have been there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from experiments.datasets import data_folder, photo_paths, read_rgb
from experiments.training.fonts import held_out_fonts
from experiments.training.holes.crops import LEAST, MOST, VISIBLE, soft_rim
from experiments.training.holes.support import blob, box, misplaced, strokes
from experiments.training.views.feed import piece, place
from experiments.training.views.photo import recoloured, resized
from experiments.training.views.view import View, load_views
from operators.measures.luma import LUMA
from operators.render import KINDS, FontBook, render_overlay
from operators.verify.views import SIDE

PER_VIEW = 3  # crops of one picture
_ON_OVERLAY, _TRANSLUCENT, _JPEG, _GRID = 0.85, 0.4, 0.6, 8
_OVERLAY, _MISPLACED, _STROKES, _BOX = 0.58, 0.68, 0.78, 0.92  # cumulated shares of the kinds; the rest are blobs
_ATTEMPTS = 6
_LUMA = LUMA / 255


@dataclass(frozen=True)
class Crop:
    """truth: float32 (SIDE, SIDE, 3), 0..1, a multiple of 1/255, without overlay. alpha: float32 (SIDE, SIDE), 0..1, as
    in `SeamView`, 0 outside the hole. hole: bool (SIDE, SIDE). known: float32 (SIDE, SIDE), 0..1, as in `FillView`.
    photo: number of the photograph within its split, or of the view."""

    truth: np.ndarray
    alpha: np.ndarray
    hole: np.ndarray
    known: np.ndarray
    photo: int


def view_crops(folder: Path, rng: np.random.Generator) -> Iterator[Crop]:
    """Endless: of random views in a folder of shards. Raises FileNotFoundError when there are none."""
    shards = sorted(folder.glob("*.safetensors"))
    if not shards:
        raise FileNotFoundError(f"no *.safetensors in {folder}: render views first (training.views.render)")
    while True:
        shard = int(rng.integers(len(shards)))
        for index, view in enumerate(load_views(shards[shard])):
            if rng.random() < 0.5:
                yield from _crops(view, 1000 * shard + index, rng)


def photo_crops(split: str, rng: np.random.Generator) -> Iterator[Crop]:
    """Endless: of the photographs of a split, one after the other, under overlays in held-out fonts."""
    paths, fonts = photo_paths(split), held_out_fonts(data_folder() / "fonts")
    while True:
        for photo in rng.permutation(len(paths)):
            view = _drawn(read_rgb(paths[photo]), rng, fonts)
            yield from _crops(view, int(photo), rng)


def recompressed(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """uint8 (H, W, 3) after a JPEG of random quality."""
    sampling = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420 if rng.random() < 0.6 else cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444
    settings = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(70, 97)), cv2.IMWRITE_JPEG_SAMPLING_FACTOR, sampling]
    done, data = cv2.imencode(".jpg", np.ascontiguousarray(rgb[..., ::-1]), settings)
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert done and decoded is not None
    return decoded[..., ::-1]


def _drawn(photo: np.ndarray, rng: np.random.Generator, fonts: FontBook) -> View:
    photo = resized(photo, float(rng.uniform(400, 800)) / max(photo.shape[:2]))
    drawn = render_overlay(photo, KINDS[int(rng.integers(len(KINDS)))], rng, fonts)
    alpha, colour = (np.rint(255 * part).astype(np.uint8) for part in (drawn.alpha, drawn.colour))
    quads = np.stack([region.quad for region in drawn.regions])
    return View(drawn.image, photo, alpha, colour, np.zeros_like(alpha), quads, np.empty((0, 4, 2), np.float32))


def _crops(view: View, photo: int, rng: np.random.Generator) -> Iterator[Crop]:
    for _ in range(PER_VIEW):
        crop = cut(view, photo, rng)
        if crop is not None:
            yield crop


def cut(view: View, photo: int, rng: np.random.Generator) -> Crop | None:
    """A crop of the view, None when no hole of LEAST to MOST of it came about."""
    y, x = place(view.clean.shape, view.quads, SIDE + _GRID, _ON_OVERLAY, rng)
    truth, alpha = (piece(part, y, x, SIDE + _GRID) for part in (view.clean, view.alpha))
    truth = recoloured(truth, rng) if rng.random() < 0.5 else truth
    truth = recompressed(truth, rng) if rng.random() < _JPEG else truth
    y, x = rng.integers(_GRID, size=2)
    truth, alpha = (np.ascontiguousarray(part[y : y + SIDE, x : x + SIDE]) for part in (truth, alpha))
    for _ in range(_ATTEMPTS):
        support, cover = _support(alpha, rng)
        hole, known = soft_rim(support, truth, rng)
        if LEAST <= hole.mean() <= MOST:
            return Crop(truth.astype(np.float32) / 255, (cover * hole).astype(np.float32), hole, known, photo)
    return None


def _support(alpha: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """(bool, float32 0..1): where the hole's core lies, and the alpha that is seen there."""
    overlay, toss = alpha > 255 * VISIBLE, rng.random()
    level = float(rng.uniform(0.15, 0.7)) if rng.random() < _TRANSLUCENT else 1.0
    if overlay.any() and toss < _MISPLACED:
        support = overlay if toss < _OVERLAY else misplaced(overlay, rng)
        peak = max(float(alpha.max()), 1.0)
        return support, alpha.astype(np.float32) / peak * min(peak / 255, level)
    toss = _MISPLACED + (1 - _MISPLACED) * rng.random()
    if toss < _STROKES:
        drawn = strokes(SIDE, rng)
        return drawn, cv2.GaussianBlur(drawn.astype(np.float32), (0, 0), 0.7) * level
    return (box(SIDE, rng) if toss < _BOX else blob(SIDE, rng)), np.ones((SIDE, SIDE), np.float32)
