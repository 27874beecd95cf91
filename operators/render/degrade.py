"""What happens to a picture after the overlay is on it: resampling, blur, noise, JPEG."""

from __future__ import annotations

import cv2
import numpy as np

from operators.render.edits import EDITS, grainy, levels, sharpened


def degrade(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The (H, W, 3) uint8 RGB picture, same size, as a copy that went through a few hands: at times resampled by 0.6 to
    1.4 and back, blurred by up to 0.8 px or made noisy (sigma up to 4 levels); then JPEG, quality 60 to 95, subsampled
    4:4:4 or 4:2:0, nine times out of ten."""
    out = image
    if rng.random() < 0.2:
        out = _resampled(out, float(rng.uniform(0.6, 1.4)))
    if rng.random() < 0.15:
        out = cv2.GaussianBlur(out, (0, 0), float(rng.uniform(0.3, 0.8)))
    if rng.random() < 0.2:
        noise = rng.standard_normal(out.shape, dtype=np.float32) * np.float32(rng.uniform(0.5, 4.0))
        out = np.clip(np.rint(out + noise), 0, 255).astype(np.uint8)
    return through_jpeg(out, int(rng.integers(60, 96)), rng.random() < 0.6) if rng.random() < 0.9 else out.copy()


def degrade_hard(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The (H, W, 3) uint8 RGB picture, same size, as a copy that went through many hands: one to three of resampling by
    0.4 to 2 and back, blur up to 1.6 px, unsharp masking, noise and levels, then up to two compressions (JPEG of
    quality 50 to 95 on shifted grids, or WebP)."""
    steps = (_rescaled, _defocused, sharpened, grainy, levels)
    out = image
    for index in rng.choice(len(steps), int(rng.integers(1, 4)), replace=False):
        out = steps[int(index)](out, rng)
    for _ in range(int(rng.choice([0, 1, 2], p=[0.08, 0.47, 0.45]))):
        out = _compressed(out, rng)
    return out.copy() if out is image else out


def retouch_chain(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The (H, W, 3) uint8 RGB picture after one to three steps of editing (levels, white balance, saturation,
    sharpening, smoothing, grain, vignette) and, mostly, JPEG: no pixel moves and the size stays, so that the alpha of
    an overlay still holds; its colours do not."""
    out = image
    for index in rng.choice(len(EDITS), int(rng.integers(1, 4)), replace=False):
        out = EDITS[int(index)](out, rng)
    return through_jpeg(out, int(rng.integers(75, 98)), rng.random() < 0.5) if rng.random() < 0.7 else out


def _rescaled(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return _resampled(image, float(np.exp(rng.uniform(np.log(0.4), np.log(2.0)))))


def _defocused(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), float(rng.uniform(0.4, 1.6))))


def _compressed(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """JPEG with its blocks somewhere else than at the corner, or WebP one time in eight."""
    if rng.random() < 0.12:
        return _through(image, ".webp", [cv2.IMWRITE_WEBP_QUALITY, int(rng.integers(40, 96))])
    x, y = (int(n) for n in rng.integers(0, 8, 2))
    shifted = cv2.copyMakeBorder(image, y, 0, x, 0, cv2.BORDER_REPLICATE)
    return through_jpeg(shifted, int(rng.integers(50, 96)), rng.random() < 0.6)[y:, x:].copy()


def _resampled(image: np.ndarray, scale: float) -> np.ndarray:
    height, width = image.shape[:2]
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    there = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    return cv2.resize(there, (width, height), interpolation=cv2.INTER_CUBIC if scale < 1 else cv2.INTER_AREA)


def through_jpeg(image: np.ndarray, quality: int, subsample: bool) -> np.ndarray:
    """(H, W, 3) uint8 RGB, compressed at `quality` (4:2:0 when `subsample`, else 4:4:4) and decompressed."""
    sampling = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420 if subsample else cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444
    options = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, sampling]
    return _through(image, ".jpg", options)


def _through(image: np.ndarray, suffix: str, options: list[int]) -> np.ndarray:
    """(H, W, 3) uint8 RGB, encoded with OpenCV's options and decoded. Raises ValueError when it cannot be."""
    done, data = cv2.imencode(suffix, cv2.cvtColor(image, cv2.COLOR_RGB2BGR), options)
    if not done:
        raise ValueError(f"cannot encode a picture of shape {image.shape} as {suffix}")
    back = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert back is not None
    return cv2.cvtColor(back, cv2.COLOR_BGR2RGB)
