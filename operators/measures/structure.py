"""Structural similarity. Pictures are (H, W, C), 0..1 float; the means of the channels are taken."""

from __future__ import annotations

import cv2
import numpy as np

C1, C2 = 0.01**2, 0.03**2
SIGMA, RADIUS = 1.5, 5
SCALE_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)


def ssim_map(result: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """SSIM (Wang et al., 2004) per pixel and channel: 11x11 Gaussian window, sigma 1.5, population statistics.
    Returns float64 (H, W, C)."""
    luminance, contrast = _parts(result, truth)
    return luminance * contrast


def ssim(result: np.ndarray, truth: np.ndarray, mask: np.ndarray | None = None) -> float:
    """Mean SSIM; over the mask when there is one (a band around the hole, say), else without the 5 px border that the
    window leaves. nan when nothing is left."""
    values = ssim_map(result, truth)
    inside = values[RADIUS:-RADIUS, RADIUS:-RADIUS] if mask is None else values[mask]
    return float(inside.mean()) if inside.size else float("nan")


def ms_ssim(result: np.ndarray, truth: np.ndarray) -> float:
    """Multi-scale SSIM (Wang, Simoncelli & Bovik, 2003), five scales, each the 2x2 mean of the one before.

    Truly multi-scale: published "MSSIM" figures of scene-text removal come from scripts that measure one scale only.
    Raises `ValueError` for pictures below 176 px, whose coarsest scale is smaller than the window.
    """
    if min(result.shape[:2]) < 11 * 2 ** (len(SCALE_WEIGHTS) - 1):
        raise ValueError(f"multi-scale SSIM needs at least 176 px a side, got {result.shape[1]} x {result.shape[0]}")
    product = 1.0
    for scale, weight in enumerate(SCALE_WEIGHTS):
        luminance, contrast = (p[RADIUS:-RADIUS, RADIUS:-RADIUS] for p in _parts(result, truth))
        last = scale == len(SCALE_WEIGHTS) - 1
        mean = float((luminance * contrast if last else contrast).mean())
        product *= max(mean, 0.0) ** weight
        result, truth = _halved(result), _halved(truth)
    return product


def _parts(result: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Luminance term, and contrast-structure term."""
    if result.shape != truth.shape:
        raise ValueError(f"result {result.shape} and truth {truth.shape} differ in shape")
    x, y = np.atleast_3d(result).astype(np.float64), np.atleast_3d(truth).astype(np.float64)
    mx, my = _window(x), _window(y)
    vx, vy, cov = _window(x * x) - mx * mx, _window(y * y) - my * my, _window(x * y) - mx * my
    luminance = (2 * mx * my + C1) / (mx * mx + my * my + C1)
    return luminance, (2 * cov + C2) / (vx + vy + C2)


def _window(values: np.ndarray) -> np.ndarray:
    side = 2 * RADIUS + 1
    return np.atleast_3d(cv2.GaussianBlur(values, (side, side), SIGMA, borderType=cv2.BORDER_REFLECT))


def _halved(values: np.ndarray) -> np.ndarray:
    height, width = (n // 2 * 2 for n in values.shape[:2])
    even = values[:height, :width].astype(np.float64)
    return (even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / 4
