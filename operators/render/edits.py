"""Steps of editing that move nothing in a picture: (H, W, 3) uint8 RGB in, the same out."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

Edit = Callable[[np.ndarray, np.random.Generator], np.ndarray]


def levels(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Gamma, black and white point."""
    x = np.linspace(0, 1, 256)
    low, high = float(rng.uniform(-0.06, 0.06)), float(rng.uniform(0.92, 1.06))
    curve = np.clip((x - low) / (high - low), 0, 1) ** float(np.exp(rng.uniform(-0.35, 0.35)))
    return np.asarray(cv2.LUT(image, np.rint(255 * curve).astype(np.uint8)))


def balance(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A gain per channel."""
    gains = np.exp(rng.uniform(-0.12, 0.12, 3))
    tables = np.clip(np.arange(256)[:, None] * gains, 0, 255).round().astype(np.uint8)
    return np.asarray(cv2.LUT(image, tables[None]))


def saturation(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Colour from none to half as much again."""
    share = float(rng.uniform(0.4, 1.5)) if rng.random() < 0.85 else 0.0
    grey = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    return np.asarray(cv2.addWeighted(image, share, grey, 1 - share, 0))


def sharpened(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Unsharp masking, halos included."""
    amount, sigma = float(rng.uniform(0.3, 1.8)), float(rng.uniform(0.6, 2.5))
    return np.asarray(cv2.addWeighted(image, 1 + amount, cv2.GaussianBlur(image, (0, 0), sigma), -amount, 0))


def smoothed(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Noise removal: a median, or a blur mixed in."""
    if rng.random() < 0.4:
        return np.asarray(cv2.medianBlur(image, 3))
    share = float(rng.uniform(0.3, 1.0))
    return np.asarray(
        cv2.addWeighted(image, 1 - share, cv2.GaussianBlur(image, (0, 0), float(rng.uniform(0.5, 1.2))), share, 0)
    )


def grainy(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Noise that grows with the light, as of few photons, or even noise; of luminance alone at times."""
    channels = 1 if rng.random() < 0.3 else 3
    noise = rng.standard_normal((*image.shape[:2], channels), np.float32)
    level = float(rng.uniform(1, 9))
    scale = np.sqrt(image.astype(np.float32) / 128 + 0.1) if rng.random() < 0.6 else np.float32(1)
    return np.clip(np.rint(image + noise * (np.float32(level) * scale)), 0, 255).astype(np.uint8)


def vignette(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Darker towards the corners."""
    x, y = (np.linspace(-1, 1, n, dtype=np.float32) ** 2 for n in image.shape[1::-1])
    fall = 1 - np.float32(rng.uniform(0.1, 0.35)) * (x[None] + y[:, None]) / 2
    return np.rint(image * fall[..., None]).astype(np.uint8)


EDITS: tuple[Edit, ...] = (levels, balance, saturation, sharpened, smoothed, grainy, vignette)
