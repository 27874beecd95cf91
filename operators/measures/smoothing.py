"""Gaussian smoothing under weights; wide Gaussians are taken on coarse blocks."""

from __future__ import annotations

import cv2
import numpy as np

WIDE, COARSE = 6.0, 4  # px: Gaussians from this sigma on are taken on blocks of this side


def smoothed(values: np.ndarray, weight: np.ndarray, sigma: float) -> np.ndarray:
    """Mean of float32 (H, W, C) values under float32 (H, W) weights and a Gaussian of sigma px; far from any weight it
    fades to 0."""
    return blurred(values * weight[..., None], sigma) / (blurred(weight, sigma) + 1e-6)[..., None]


def blurred(values: np.ndarray, sigma: float) -> np.ndarray:
    """Float32 (H, W, C) or (H, W) under a Gaussian of sigma px; wide ones on the means of COARSE x COARSE blocks."""
    height, width = values.shape[:2]
    small = -(-width // COARSE), -(-height // COARSE)
    if sigma < WIDE or min(small) < 2:
        return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma)).reshape(values.shape)
    means = cv2.resize(np.ascontiguousarray(values, np.float32), small, interpolation=cv2.INTER_AREA)
    means = cv2.GaussianBlur(means, (0, 0), sigma / COARSE)
    return cv2.resize(means, (width, height), interpolation=cv2.INTER_LINEAR).reshape(values.shape)


def detail(values: np.ndarray, sigma: float) -> np.ndarray:
    """Float32 (H, W, C) or (H, W): what a Gaussian of sigma px takes away."""
    return values - np.asarray(cv2.GaussianBlur(values, (0, 0), sigma)).reshape(values.shape)
