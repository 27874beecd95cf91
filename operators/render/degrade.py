"""What happens to a picture after the overlay is on it: resampling, blur, noise, JPEG."""

from __future__ import annotations

import cv2
import numpy as np


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


def _resampled(image: np.ndarray, scale: float) -> np.ndarray:
    height, width = image.shape[:2]
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    there = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    return cv2.resize(there, (width, height), interpolation=cv2.INTER_CUBIC if scale < 1 else cv2.INTER_AREA)


def through_jpeg(image: np.ndarray, quality: int, subsample: bool) -> np.ndarray:
    """(H, W, 3) uint8 RGB, compressed at `quality` (4:2:0 when `subsample`, else 4:4:4) and decompressed."""
    sampling = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420 if subsample else cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444
    options = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, sampling]
    done, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), options)
    if not done:
        raise ValueError(f"cannot compress a picture of shape {image.shape} as JPEG")
    back = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert back is not None
    return cv2.cvtColor(back, cv2.COLOR_BGR2RGB)
