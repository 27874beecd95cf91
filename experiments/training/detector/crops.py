"""What the detector sees in training: photographs with rendered overlays at letterbox scale, and clean ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from experiments.datasets import read_rgb
from experiments.training.detector.targets import core_target
from operators.render import KINDS, FontBook, degrade, render_overlay

LETTERBOX = 512
CLEAN_SHARE = 0.27
_SECOND_OVERLAY = 0.12


@dataclass(frozen=True)
class View:
    """image: uint8 (H, W, 3) RGB. quads: float32 (N, 4, 2) px, one per line of overlay; none for a clean picture."""

    image: np.ndarray
    quads: np.ndarray


def render_view(photos: Sequence[Path], fonts: FontBook, rng: np.random.Generator) -> View:
    """One picture as the letterbox would show it, its long side 0.75 to 1.5 times LETTERBOX."""
    photo = _photo(photos[int(rng.integers(len(photos)))], rng)
    quads: list[np.ndarray] = []
    if rng.random() >= CLEAN_SHARE:
        for _ in range(1 + int(rng.random() < _SECOND_OVERLAY)):
            overlay = render_overlay(photo, str(rng.choice(KINDS)), rng, fonts)
            photo = overlay.image
            quads += [region.quad for region in overlay.regions]
    if rng.random() < 0.75:
        photo = degrade(photo, rng)
    scale = LETTERBOX * float(np.exp(rng.uniform(np.log(0.75), np.log(1.5)))) / max(photo.shape)
    image = _resize(photo, scale)
    factors = np.array([image.shape[1] / photo.shape[1], image.shape[0] / photo.shape[0]], np.float32)
    return View(image, np.array(quads, np.float32).reshape(-1, 4, 2) * factors)


def _photo(path: Path, rng: np.random.Generator) -> np.ndarray:
    """A part of the photograph, flipped, scaled and with its colours changed."""
    photo = read_rgb(path)
    height, width = photo.shape[:2]
    share = float(rng.uniform(0.55, 1.0))
    h, w = int(height * share), int(width * min(share * float(rng.uniform(0.85, 1.2)), 1.0))
    y, x = int(rng.integers(height - h + 1)), int(rng.integers(width - w + 1))
    photo = photo[y : y + h, x : x + w]
    photo = photo[:, ::-1] if rng.random() < 0.5 else photo
    photo = _resize(np.ascontiguousarray(photo), float(rng.uniform(400, 900)) / max(h, w))
    return recoloured(photo, rng)


def _resize(image: np.ndarray, scale: float) -> np.ndarray:
    size = max(round(image.shape[1] * scale), 48), max(round(image.shape[0] * scale), 48)
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)


def recoloured(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Gamma, gain per channel, and now and then grey, as one lookup table per channel."""
    x = np.linspace(0, 1, 256)
    gamma, gains = np.exp(rng.uniform(-0.35, 0.35)), np.exp(rng.uniform(-0.12, 0.12, 3))
    tables = [np.clip(255 * x**gamma * gain, 0, 255).astype(np.uint8) for gain in gains]
    changed = np.stack([cv2.LUT(np.ascontiguousarray(image[..., c]), tables[c]) for c in range(3)], axis=-1)
    if rng.random() < 0.06:
        changed = np.repeat(cv2.cvtColor(changed, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=-1)
    return changed


def crop(view: View, size: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A size x size piece: image uint8 (S, S, 3), core and weight of `core_target`. Two thirds of the pieces of a
    picture with text lie around a point of it; what is beyond the picture's border is grey."""
    height, width = view.image.shape[:2]
    x, y = (_start(n, size, rng) for n in (width, height))
    if len(view.quads) and rng.random() < 0.67:
        quad = view.quads[int(rng.integers(len(view.quads)))]
        shares = rng.dirichlet(np.ones(4)).astype(np.float32)
        centre = shares @ quad - size * rng.uniform(0.2, 0.8, 2)
        x, y = (int(np.clip(c, 0, max(n - size, 0))) for c, n in zip(centre, (width, height), strict=True))
    piece = np.full((size, size, 3), 128, np.uint8)
    part = view.image[y : y + size, x : x + size]
    piece[: part.shape[0], : part.shape[1]] = part
    core, weight = core_target(view.quads - np.array([x, y], np.float32), size, size)
    return piece, core, weight


def _start(length: int, size: int, rng: np.random.Generator) -> int:
    return int(rng.integers(max(length - size, 0) + 1))
