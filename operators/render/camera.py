"""What a photograph says about its camera and light, so that something drawn can look photographed with it."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from operators.measures.luma import LUMA

_COARSE = 24  # px: the long side of the map of light


class Camera(NamedTuple):
    """black, white: (3,) float32, 0..1, the darkest and the brightest colour but for extremes. blur: px, sigma of the
    sharpest edges. noise: levels of 255, sigma. chroma: 0..1, how colourful it is, 0 for grey. light: (H, W) float32,
    low frequencies of the luminance, 0..1."""

    black: np.ndarray
    white: np.ndarray
    blur: float
    noise: float
    chroma: float
    light: np.ndarray


def measure(photo: np.ndarray) -> Camera:
    """The camera of a (H, W, 3) uint8 photograph."""
    height, width = photo.shape[:2]
    sample = photo[:: max(height // 100, 1), :: max(width // 100, 1)].reshape(-1, 3)
    chroma = min(float(np.percentile(np.ptp(sample, axis=1), 97)) / 102, 1.0)
    black, white = np.percentile(sample, (3, 97), axis=0).astype(np.float32) / 255
    grey = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY).astype(np.float32)
    scale = _COARSE / max(height, width)
    size = (max(round(width * scale), 2), max(round(height * scale), 2))
    coarse = cv2.GaussianBlur(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), (0, 0), 1.5)
    light = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC) / 255
    return Camera(black, np.maximum(white, black + 0.15), _blur(grey), _noise(grey), chroma, np.clip(light, 0.02, 1))


def _blur(grey: np.ndarray) -> float:
    """Sigma from how much steeper the steepest edges are than after a blur of 1 px."""
    steep = [np.percentile(np.abs(np.diff(g, axis=1)), 99) for g in (grey, cv2.GaussianBlur(grey, (0, 0), 1.0))]
    ratio = float(steep[1] / max(steep[0], 1e-3))
    return float(np.clip(ratio / np.sqrt(max(1 - ratio**2, 1e-2)), 0.4, 2.5)) if ratio < 1 else 2.5


def _noise(grey: np.ndarray) -> float:
    """Sigma of the finest detail in the quietest half of the picture."""
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32) / 6
    detail = np.abs(cv2.filter2D(grey, cv2.CV_32F, kernel))
    return float(np.clip(np.percentile(detail[::2, ::2], 35) / 0.45, 0.3, 8.0))


def detail_of(photo: np.ndarray, sigma: float) -> np.ndarray:
    """(H, W, 1) float32: luminance over its own blur by `sigma` px, 0.5..1.6: the relief and grain of what is there."""
    luminance = photo.astype(np.float32) @ LUMA + 4
    ratio = luminance / cv2.GaussianBlur(luminance, (0, 0), sigma)
    return np.clip(ratio, 0.5, 1.6)[..., None]


def toned(albedo: np.ndarray, camera: Camera) -> np.ndarray:
    """(h, w, 3) float32 colours, no more colourful than the photograph."""
    grey = albedo.mean(2, keepdims=True)
    return grey + np.float32(camera.chroma) * (albedo - grey)


def focused(layer: np.ndarray, camera: Camera, rng: np.random.Generator) -> np.ndarray:
    """The (h, w, C) float32 layer as sharp as the photograph or less, at times out of focus or moved."""
    sigma = max(camera.blur, 0.4) * float(rng.uniform(0.8, 1.3))
    if rng.random() < 0.2:
        sigma += float(rng.uniform(0.5, 2.0))
    layer = cv2.GaussianBlur(layer, (0, 0), sigma)
    if rng.random() < 0.12:
        layer = cv2.filter2D(layer, -1, motion(float(rng.uniform(3, 9)), float(rng.uniform(0, 180))))
    return layer


def motion(length: float, degrees: float) -> np.ndarray:
    """(k, k) float32 kernel of a straight movement by `length` px."""
    side = int(np.ceil(length)) | 1
    page, a = np.zeros((side, side), np.uint8), np.deg2rad(degrees)
    reach = np.array([np.cos(a), np.sin(a)]) * (length - 1) / 2
    ends = np.rint((side // 2 + np.stack([-reach, reach])) * 16).astype(int)
    cv2.line(page, ends[0].tolist(), ends[1].tolist(), 255, 1, cv2.LINE_AA, 4)
    return page.astype(np.float32) / float(page.sum())


def noisy(image: np.ndarray, mask: np.ndarray, camera: Camera, rng: np.random.Generator) -> np.ndarray:
    """The (h, w, 3) float32 image, 0..255, with the photograph's noise or more where the (h, w) mask is: stronger in
    the bright, mostly of luminance, a little soft."""
    sigma = camera.noise * float(rng.uniform(0.9, 1.6)) + float(rng.uniform(0, 1.5)) ** 2
    of_light, of_colour = (rng.standard_normal((*image.shape[:2], n), np.float32) for n in (1, 3))
    grain = of_light + np.float32(0.5 * camera.chroma) * of_colour
    grain = cv2.GaussianBlur(grain, (0, 0), 0.6) * np.float32(1.9)
    return image + grain * (np.float32(sigma) * np.sqrt(0.3 + image / 182)) * mask[..., None]
