"""What is wrong with a filling, by comparison with the truth: the labels of real fillings.

A label is a probability, 0..1: a logistic curve over one measure, LIMITS[name] = (value at which half of the viewers
would notice, value by which that grows e-fold): hard enough to be a label, soft enough not to split hairs.
"""

from __future__ import annotations

import cv2
import numpy as np

from experiments.training.verifier.fills import Filled
from operators.measures.depth import depth_of
from operators.measures.luma import LUMA
from operators.measures.structure import ssim_map
from operators.measures.truth import delta_e
from operators.verify.verdict import FAILURES

RIM = 4.0  # px inside the hole's edge in which colour is compared
LEFT_OVER = ("unblend", "undercut")  # fillings that something of the overlay can be left in
LIMITS = {"ghost": (0.022, 0.004), "halo": (0.05, 0.01), "colour_drift": (6.0, 1.0), "texture": (0.7, 0.1),
          "structure": (0.035, 0.005), "colour": (5.0, 0.6), "ssim": (-0.5, 0.05)}
MEASURES = tuple(LIMITS)


def measures(filled: Filled, kind: str) -> dict[str, float]:
    """By each of MEASURES how far the composite is from the truth; more is worse.

    ghost: strength of the part of the error's detail that has the alpha's shape, of full scale. halo: RMS error
    outside the hole, 3 px around it. colour_drift: mean error in Lab of low frequencies (3 px) inside the hole.
    texture: absolute log ratio of detail (1.5 px). structure: RMS error of the gradient at 1.5 px, of full scale.
    colour: mean CIEDE2000 within RIM px of the edge. ssim: minus the mean SSIM in the hole.
    """
    truth, hole, rgb = filled.crop.truth, filled.crop.hole, filled.rgb
    depth, error = depth_of(hole), filled.rgb - truth
    around = (depth < 0) & (depth >= -3)
    one, two = (cv2.cvtColor(np.ascontiguousarray(x, np.float32), cv2.COLOR_RGB2LAB).astype(np.float64)
                for x in (rgb, truth))
    rim = hole & (depth <= RIM)
    return {
        "ghost": _shaped(error, filled.crop.alpha, hole) if kind in LEFT_OVER else 0.0,
        "halo": float(np.sqrt((error[around] ** 2).mean())) if around.any() else 0.0,
        "colour_drift": _drift((one - two).astype(np.float32), hole),
        "texture": _texture(np.where(hole[..., None], rgb, truth), truth, hole),
        "structure": _structure(error, hole),
        "colour": float(delta_e(one[rim], two[rim]).mean()),
        "ssim": -float(ssim_map(rgb, truth)[hole].mean()),
    }


def labels(found: dict[str, float]) -> tuple[np.ndarray, float]:
    """(float32 (5,) in the order of FAILURES, bad): probabilities 0..1. bad: that somebody would notice: something of
    the overlay is left, colours near the edge are off, or there is little likeness in the hole."""
    share = {name: _logistic((found[name] - at) / by) for name, (at, by) in LIMITS.items()}
    bad = max(share[name] for name in ("ghost", "halo", "colour", "ssim"))
    return np.array([share[name] for name in FAILURES], np.float32), bad


def _logistic(x: float) -> float:
    return float(1 / (1 + np.exp(-np.clip(x, -30, 30))))


def _shaped(error: np.ndarray, alpha: np.ndarray, hole: np.ndarray) -> float:
    shape, near = _detail(alpha), cv2.dilate(hole.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    shape = shape[near] - shape[near].mean()
    size = float(np.sqrt((shape**2).sum()))
    if size < 1e-3:
        return 0.0
    parts = [_detail(np.ascontiguousarray(error[..., c]))[near] for c in range(3)]
    strengths = [abs(float((part * shape).sum())) / size for part in parts]
    return max(strengths) / float(np.sqrt(near.sum()))


def _detail(values: np.ndarray, sigma: float = 3.0) -> np.ndarray:
    return values.astype(np.float32) - cv2.GaussianBlur(values.astype(np.float32), (0, 0), sigma)


def _drift(lab_error: np.ndarray, hole: np.ndarray) -> float:
    weight = hole.astype(np.float32)
    share = np.maximum(cv2.GaussianBlur(weight, (0, 0), 3.0), 1e-3)
    low = cv2.GaussianBlur(lab_error * weight[..., None], (0, 0), 3.0) / share[..., None]
    return float(np.linalg.norm(low[hole], axis=-1).mean())


def _texture(rgb: np.ndarray, truth: np.ndarray, hole: np.ndarray) -> float:
    mine, wanted = (float(np.abs(_detail(x @ LUMA, 1.5))[hole].mean()) + 0.005 for x in (rgb, truth))
    return abs(float(np.log(mine / wanted)))


def _structure(error: np.ndarray, hole: np.ndarray) -> float:
    coarse = cv2.GaussianBlur((error @ LUMA).astype(np.float32), (0, 0), 1.5)
    dx, dy = (cv2.Sobel(coarse, cv2.CV_32F, *axis, ksize=3, scale=0.125) for axis in ((1, 0), (0, 1)))
    return float(np.sqrt((dx[hole] ** 2 + dy[hole] ** 2).mean()))
