"""A photograph made into many: cut, flipped, scaled, its colours changed."""

from __future__ import annotations

import cv2
import numpy as np

LONG = (360.0, 900.0)  # px


def changed_photo(photo: np.ndarray, rng: np.random.Generator, long: tuple[float, float] = LONG) -> np.ndarray:
    """A part of a (H, W, 3) uint8 photograph, its long side within `long`."""
    height, width = photo.shape[:2]
    share = float(rng.uniform(0.5, 1.0))
    h, w = int(height * share), int(width * min(share * float(rng.uniform(0.8, 1.25)), 1.0))
    y, x = int(rng.integers(height - h + 1)), int(rng.integers(width - w + 1))
    photo = photo[y : y + h, x : x + w]
    photo = photo[:, ::-1] if rng.random() < 0.5 else photo
    return recoloured(resized(np.ascontiguousarray(photo), float(rng.uniform(*long)) / max(h, w)), rng)


def resized(image: np.ndarray, scale: float) -> np.ndarray:
    """Scaled by `scale`, never below 48 px a side."""
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
