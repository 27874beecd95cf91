"""Alpha and colour of a mark, jointly over many pictures.

With W = alpha T a pixel of picture k is I_k = (1 - alpha) B_k + W. Given estimates of B_k, what is under the mark, each
pixel is a small regression over the pictures, alpha shared by the channels; given alpha and W, B_k follows. As in
Dekel et al. (CVPR 2017) the two alternate. B_k starts as a membrane around the mark; afterwards each pixel is predicted
from its un-blended neighbours without itself, so that the error of the prediction is independent of the regressor and
the slope is not biased (Berkson, 1950). Few pictures leave W weak: a palette of one to four colours is its prior.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch

from operators.fill.harmonic import membrane
from operators.marks.palette import palette
from operators.marks.support import covered

SIGMAS = (3.0, 2.0, 1.5, 1.0, 1.0)  # px, of the neighbourhood in each round after the first
PRIOR = 20.0  # over the number of pictures: how many pictures the palette is worth
EVIDENCE = 27.0  # over the number of pictures: residual variances that a pixel must gain by being covered
LEAST_EVIDENCE = 2.0
LEAST_CLEAR = 0.15  # share of background below which inversion is damped
MOST_ALPHA = 0.98


@dataclass(frozen=True)
class Estimate:
    """alpha: float32 (h, w), 0..1. colour: float32 (h, w, 3), straight. residual: rms of what the model leaves, 0..1.
    support: bool (h, w). explained: 0..1, share of the mark's contrast that the model explains."""

    alpha: np.ndarray
    colour: np.ndarray
    residual: float
    support: np.ndarray
    explained: float


def estimate(pieces: np.ndarray) -> Estimate | None:
    """The mark on pieces that all have it at the same place; None when no pixel is covered.

    pieces: float32 (n, h, w, 3), 0..1, n >= 4, with some clean pixels around the mark.
    """
    support = covered(pieces)
    if not support.any():
        return None
    back = membranes(pieces, support)
    alpha, added = _regress(pieces, back, None)
    for sigma in (0.0, *SIGMAS):
        alpha, added = alpha * support, added * support[..., None]
        if sigma:
            back = _from_neighbours(_inverted(pieces, alpha, added), support, alpha, sigma)
            back = _calibrated(pieces, back, support)
        alpha, added = _regress(pieces, back, palette(alpha, added))
    alpha, added = _clean(alpha * support), added * support[..., None]
    if not (alpha > 0).any():
        return None
    return _described(pieces, back, alpha, added)


def membranes(pieces: np.ndarray, hole: np.ndarray, batch: int = 16) -> np.ndarray:
    """float32 (n, h, w, 3): every piece with the hole filled from around it."""
    out = np.empty_like(pieces)
    for start in range(0, len(pieces), batch):
        images = torch.from_numpy(np.ascontiguousarray(pieces[start : start + batch].transpose(0, 3, 1, 2)))
        known = torch.from_numpy(~hole)[None, None].expand(len(images), 1, *hole.shape).contiguous()
        out[start : start + batch] = membrane(images, known, 6).numpy().transpose(0, 2, 3, 1)
    return out


def _regress(pieces: np.ndarray, back: np.ndarray, colours: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """(alpha, W): per pixel the least squares of D = I - B on X = -B, D = alpha X + W, with W near alpha times one of
    the colours, or free without them. Eliminating W leaves one equation in alpha per colour; the cheapest is taken."""
    n = len(pieces)
    prior = PRIOR / n if colours is not None else 0.0
    weight = n * prior / (n + prior)
    mean_d, mean_x = (pieces - back).mean(0), -back.mean(0)
    d, x = pieces - back - mean_d, -back - mean_x
    sxd, sxx, sdd = (d * x).sum(0), (x * x).sum(0), (d * d).sum(0)
    best: list[np.ndarray] = []
    for colour in colours if colours is not None else [np.zeros(3, np.float32)]:
        lever = mean_x + colour
        alpha = (sxd + weight * mean_d * lever).sum(2) / ((sxx + weight * lever**2).sum(2) + 1e-3)
        share = np.clip(alpha, 0, MOST_ALPHA)[..., None]
        cost = (sdd - 2 * share * sxd + share**2 * sxx + weight * (mean_d - share * lever) ** 2).sum(2)
        added = (n * (mean_d - share * mean_x) + prior * share * colour) / (n + prior)
        found = [cost, share[..., 0], added]
        best = found if not best else [np.where((cost < best[0]).reshape(cost.shape + (1,) * (a.ndim - 2)), a, b)
                                       for a, b in zip(found, best, strict=True)]
    if colours is None:
        return best[1], best[2]
    without = (sdd + weight * mean_d**2).sum(2)
    real = without - best[0] >= max(EVIDENCE / n, LEAST_EVIDENCE) * np.maximum(best[0] / (3 * n - 4), 1e-6)
    return best[1] * real, best[2] * real[..., None]


def _inverted(pieces: np.ndarray, alpha: np.ndarray, added: np.ndarray) -> np.ndarray:
    return np.clip((pieces - added) / np.maximum(1 - alpha, LEAST_CLEAR)[..., None], 0, 1).astype(np.float32)


def _from_neighbours(back: np.ndarray, support: np.ndarray, alpha: np.ndarray, sigma: float) -> np.ndarray:
    """Each pixel of each piece as the mean of its neighbours without itself, weighted by how little noise they have."""
    weight = np.where(support, 0.5 * np.maximum(1 - alpha, 0.05) ** 2, 1).astype(np.float32)
    line = cv2.getGaussianKernel(2 * int(3 * sigma) + 1, sigma, cv2.CV_32F)
    kernel = line @ line.T
    kernel[kernel.shape[0] // 2, kernel.shape[1] // 2] = 0
    total = cv2.filter2D(weight, -1, kernel)[..., None] + 1e-6
    return np.stack([cv2.filter2D(one * weight[..., None], -1, kernel) / total for one in back])


def _calibrated(pieces: np.ndarray, back: np.ndarray, support: np.ndarray) -> np.ndarray:
    """Predictions whose regression has slope 1 on the clean pixels: a mean of neighbours varies less over the pictures
    than the pixel in their middle, and the rounds would compound that."""
    clean = cv2.dilate(support.astype(np.uint8), np.ones((5, 5), np.uint8)) == 0
    clean[[0, 1, -2, -1]], clean[:, [0, 1, -2, -1]] = False, False
    if clean.sum() < 64:
        return back
    seen, told = (v[:, clean] - v[:, clean].mean(0) for v in (pieces, back))
    slope = float(np.clip((seen * told).sum() / max(float((told * told).sum()), 1e-9), 0.95, 1.1))
    middle = back.mean(0)
    return middle + np.float32(slope) * (back - middle)


def _clean(alpha: np.ndarray) -> np.ndarray:
    """Without single pixels that stand alone, and without what nobody could see."""
    solid = (alpha > 0.01).astype(np.float32)
    company = cv2.boxFilter(solid, -1, (5, 5), normalize=False, borderType=cv2.BORDER_CONSTANT)
    return np.where((solid > 0) & (company >= 4), alpha, 0).astype(np.float32)


def _described(pieces: np.ndarray, back: np.ndarray, alpha: np.ndarray, added: np.ndarray) -> Estimate:
    inside = alpha > 0
    share = np.where(inside, alpha, 1)[..., None]
    colour = np.where(inside[..., None], np.clip(added / share, -0.5, 1.5), 0).astype(np.float32)
    change = (pieces - back)[:, inside]
    left = change - (alpha[..., None] * (colour - back))[:, inside]
    residual, contrast = float(np.sqrt((left**2).mean())), float(np.sqrt((change**2).mean()))
    explained = max(0.0, 1 - (residual / max(contrast, 1e-6)) ** 2)
    return Estimate(alpha, colour, residual, inside, explained)
