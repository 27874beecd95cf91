"""Measures against the truth. Pictures are (H, W, 3), RGB 0..1 float, masks bool (H, W), unless said otherwise."""

from __future__ import annotations

import cv2
import numpy as np

from operators.measures.luma import WEIGHTS

LUMA = np.array(WEIGHTS)
CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


def rmse(result: np.ndarray, truth: np.ndarray, mask: np.ndarray | None = None) -> float:
    """Root mean squared error over all channels, 0..1, inside the mask when there is one; nan when it is empty."""
    _check(result, truth)
    error = (result.astype(np.float64) - truth.astype(np.float64)) ** 2
    inside = error if mask is None else error[mask]
    return float(np.sqrt(inside.mean())) if inside.size else float("nan")


def psnr(result: np.ndarray, truth: np.ndarray, mask: np.ndarray | None = None) -> float:
    """Peak signal-to-noise ratio in dB, peak 1; inf for equal pictures. As the scene-text-removal field computes it:
    RGB, per picture, to be averaged over pictures."""
    error = rmse(result, truth, mask)
    return float("inf") if error == 0 else float(-20 * np.log10(error))


def psnr_in_mask(result: np.ndarray, truth: np.ndarray, mask: np.ndarray) -> float:
    """PSNR over the masked pixels only."""
    return psnr(result, truth, mask)


def age(result: np.ndarray, truth: np.ndarray) -> float:
    """Average grey error: mean absolute difference of luma, 0..255."""
    return float(_luma_error(result, truth).mean())


def peps(result: np.ndarray, truth: np.ndarray, threshold: float = 20.0) -> float:
    """Share of error pixels: luma off by more than `threshold` of 255 (Maddalena & Petrosino, 2015)."""
    return float((_luma_error(result, truth) > threshold).mean())


def pceps(result: np.ndarray, truth: np.ndarray, threshold: float = 20.0) -> float:
    """Share of clustered error pixels: error pixels whose four neighbours are, too (Maddalena & Petrosino, 2015)."""
    wrong = (_luma_error(result, truth) > threshold).astype(np.uint8)
    return float(cv2.erode(wrong, CROSS, borderType=cv2.BORDER_CONSTANT, borderValue=0).mean())


def border_band(hole: np.ndarray, width: int = 4) -> np.ndarray:
    """Bool (H, W): pixels within `width` px of the hole's edge, on both sides."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * width + 1, 2 * width + 1))
    solid = hole.astype(np.uint8)
    return (cv2.dilate(solid, disc) - cv2.erode(solid, disc)) > 0


def ciede2000(result: np.ndarray, truth: np.ndarray, mask: np.ndarray | None = None) -> float:
    """Mean CIEDE2000 colour difference (Sharma, Wu & Dalal, 2005) of sRGB pictures."""
    _check(result, truth)
    pair = [cv2.cvtColor(np.ascontiguousarray(x, np.float32), cv2.COLOR_RGB2LAB).astype(np.float64)
            for x in (result, truth)]
    difference = delta_e(*pair)
    inside = difference if mask is None else difference[mask]
    return float(inside.mean()) if inside.size else float("nan")


def delta_e(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """CIEDE2000 of two float64 (..., 3) arrays of CIELAB, per pixel (...)."""
    (l1, a1, b1), (l2, a2, b2) = np.moveaxis(one, -1, 0), np.moveaxis(two, -1, 0)
    g = 0.5 * (1 - _seventh((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2))
    c1, c2 = np.hypot((1 + g) * a1, b1), np.hypot((1 + g) * a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, (1 + g) * a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    hue = np.where(c1 * c2 == 0, 0, (h2 - h1 + 180) % 360 - 180)
    mean_h = np.where(c1 * c2 == 0, h1 + h2, (h1 + hue / 2) % 360)
    dl, dc, dh = l2 - l1, c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(hue) / 2)
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    t = sum(w * np.cos(np.radians(k * mean_h + o))
            for w, k, o in ((-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.20, 4, -63))) + 1
    sl = 1 + 0.015 * (mean_l - 50) ** 2 / np.sqrt(20 + (mean_l - 50) ** 2)
    sc, sh = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t
    turn = -2 * _seventh(mean_c) * np.sin(np.radians(60 * np.exp(-(((mean_h - 275) / 25) ** 2))))
    squared = (dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + turn * (dc / sc) * (dh / sh)
    return np.sqrt(np.maximum(squared, 0))


def _seventh(chroma: np.ndarray) -> np.ndarray:
    return np.sqrt(chroma**7 / (chroma**7 + 25.0**7))


def _luma_error(result: np.ndarray, truth: np.ndarray) -> np.ndarray:
    _check(result, truth)
    return np.abs((result.astype(np.float64) - truth.astype(np.float64)) @ LUMA) * 255


def _check(result: np.ndarray, truth: np.ndarray) -> None:
    if result.shape != truth.shape:
        raise ValueError(f"result {result.shape} and truth {truth.shape} differ in shape")
    if np.issubdtype(result.dtype, np.integer) or np.issubdtype(truth.dtype, np.integer):
        raise ValueError(f"pictures must be float, 0..1, got {result.dtype} and {truth.dtype}: divide by the peak")
