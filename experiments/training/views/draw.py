"""What the networks see in training: overlays easy and hard, text and structure of the scene, clean photographs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from experiments.datasets import read_rgb
from experiments.training.views.photo import LONG, changed_photo
from experiments.training.views.view import View
from operators.detection.letterbox import letterbox
from operators.detection.network import Detector
from operators.render import (
    KINDS,
    FontBook,
    degrade,
    degrade_hard,
    render_hard,
    render_overlay,
    render_scene_text,
    render_structure,
)

LETTERBOX = 512
# Shares of the views: negatives are those without any overlay.
PLAIN, HARD, SCENE, STRUCTURE = 0.45, 0.15, 0.15, 0.08
# Of the plain kinds, in the order of KINDS: what letters do not give away needs more looking at.
_ODDS = np.array([1, 1, 1, 5, 3, 2, 3, 3]) / 19
_SECOND = 0.15  # of the overlays: another one on the same picture
_SCENE_UNDER = 0.15  # of the overlays: scene text under them
_WHOLE = 0.5  # share of the picture from which a mark is no box but a pattern over everything


@dataclass(frozen=True)
class Sizes:
    """long: range of the long side of a drawn picture, px. native: share of the pictures kept at their own scale, as
    tiles are; the rest is brought to about that of the letterbox."""

    long: tuple[float, float] = LONG
    native: float = 0.5


def draw_view(
    photos: Sequence[Path], fonts: FontBook, detector: Detector, rng: np.random.Generator, sizes: Sizes | None = None
) -> View:
    """One view."""
    sizes = sizes or Sizes()
    photo = changed_photo(read_rgb(photos[int(rng.integers(len(photos)))]), rng, sizes.long)
    toss = rng.random()
    scene: list[np.ndarray] = []
    overlaid = toss < PLAIN + HARD
    if PLAIN + HARD <= toss < PLAIN + HARD + SCENE or (overlaid and rng.random() < _SCENE_UNDER):
        for _ in range(1 + int(rng.random() < 0.4)):
            drawn = render_scene_text(photo, rng, fonts)
            photo, scene = drawn.image, [*scene, *drawn.quads]
    elif PLAIN + HARD + SCENE <= toss < PLAIN + HARD + SCENE + STRUCTURE:
        photo = render_structure(photo, rng)
    alpha, colour, quads, image = _overlaid(photo, toss, fonts, rng) if overlaid else _bare(photo)
    image = (degrade if rng.random() < 0.5 else degrade_hard)(image, rng) if rng.random() < 0.85 else image
    scale = 1.0 if rng.random() < sizes.native else _about_letterbox(image.shape, rng)
    return _scaled(image, photo, alpha, colour, _stack(quads), _stack(scene), detector, scale)


def _overlaid(
    photo: np.ndarray, toss: float, fonts: FontBook, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, list[np.ndarray], np.ndarray]:
    """(alpha float32 (H, W), colour premultiplied float32 (H, W, 3), quads, image) of one or two overlays."""
    image, quads = photo, []
    alpha = np.zeros(photo.shape[:2], np.float32)
    colour = np.zeros(photo.shape, np.float32)
    for _ in range(1 + int(rng.random() < _SECOND)):
        hard = toss >= PLAIN
        kind = str(rng.choice(KINDS, p=_ODDS))
        drawn = render_hard(image, rng, fonts) if hard else render_overlay(image, kind, rng, fonts)
        image, kept = drawn.image, 1 - drawn.alpha
        colour = colour * kept[..., None] + drawn.alpha[..., None] * drawn.colour
        alpha = alpha * kept + drawn.alpha
        quads += [region.quad for region in drawn.regions if _box_area(region.quad) < _WHOLE * alpha.size]
    return alpha, colour, quads, image


def _bare(photo: np.ndarray) -> tuple[np.ndarray, np.ndarray, list[np.ndarray], np.ndarray]:
    return np.zeros(photo.shape[:2], np.float32), np.zeros(photo.shape, np.float32), [], photo


def _box_area(quad: np.ndarray) -> float:
    return float(cv2.contourArea(quad))


def _stack(quads: list[np.ndarray]) -> np.ndarray:
    return np.array(quads, np.float32).reshape(-1, 4, 2)


def _scaled(
    image: np.ndarray, clean: np.ndarray, alpha: np.ndarray, colour: np.ndarray, quads: np.ndarray, scene: np.ndarray,
    detector: Detector, scale: float,
) -> View:
    height, width = image.shape[:2]
    w, h = (width, height) if scale == 1 else (max(round(width * scale), 64), max(round(height * scale), 64))
    way = cv2.INTER_AREA if w < width else cv2.INTER_LINEAR
    image, clean, alpha, colour = (cv2.resize(x, (w, h), interpolation=way) if w != width else x
                                   for x in (image, clean, alpha, colour))
    straight = np.clip(colour / np.maximum(alpha, 1e-3)[..., None], 0, 1) * (alpha > 0.002)[..., None]
    factors = np.array([w / width, h / height], np.float32)
    return View(image, clean, _bytes(alpha), _bytes(straight), _bytes(_probability(image, detector)), quads * factors,
                scene * factors)


def _about_letterbox(shape: tuple[int, ...], rng: np.random.Generator) -> float:
    return LETTERBOX * float(np.exp(rng.uniform(np.log(0.75), np.log(1.4)))) / max(shape[:2])


def _probability(image: np.ndarray, detector: Detector) -> np.ndarray:
    """The detector's map at the size of the view, float32 (H, W)."""
    found = detector.probability(letterbox(image, LETTERBOX))
    return cv2.resize(found, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_LINEAR)


def _bytes(values: np.ndarray) -> np.ndarray:
    return np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)
