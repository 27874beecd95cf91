"""A logo from a picture with transparency, searched anywhere on the photograph and at any scale.

Over a background of colour b the logo's gradients are those of alpha T less b times those of alpha. Both are correlated
with the photograph's at every place; what the best mixture of the two explains of the gradients there is the score, so
that neither the background nor the opacity need be known. Coarse over a ladder of scales on a small copy, then finer.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from operators.marks.mark import Mark

COARSE = 320  # px of the longer side of the small copy
SCALES = 1.12  # between the scales of the ladder
LEAST_SIDE, MOST_SHARE = 12, 1.0  # px of the logo on the small copy; share of the photograph's side
LEAST_SCORE = 0.38  # correlation from which a place is looked at closely
GRADIENTS = ((1, 0), (0, 1))


@dataclass(frozen=True)
class Spot:
    """scale: of the logo. (x, y): px of its top left on the photograph. score: 0..1."""

    scale: float
    x: float
    y: float
    score: float


def search(logo: Mark, rgb: np.ndarray) -> Spot | None:
    """The likeliest place of a logo, or None. rgb: float32 (H, W, 3), 0..1."""
    shrink = min(1.0, COARSE / max(rgb.shape[:2]))
    small = cv2.resize(rgb, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    best = max((_best_at(logo, small, s) for s in _ladder(logo, small)), key=lambda s: s.score, default=None)
    if best is None or best.score < LEAST_SCORE:
        return None
    whole = Spot(best.scale / shrink, best.x / shrink, best.y / shrink, best.score)
    found = whole
    for step in (1.05, 1.02, 1.007, 1.002):
        found = max((_best_near(logo, rgb, found, found.scale * step**k) for k in (-2, -1, 0, 1, 2)),
                    key=lambda s: s.score)
    return found if found.score >= LEAST_SCORE else None


def scaled(logo: Mark, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """(alpha, colour) float32 (h, w) and (h, w, 3) of the logo at a scale; premultiplied while it is resampled."""
    alpha, colour = logo.alpha.astype(np.float32), logo.colour.astype(np.float32)
    both = np.concatenate([alpha[..., None], alpha[..., None] * colour], 2)
    size = (max(round(alpha.shape[1] * scale), 1), max(round(alpha.shape[0] * scale), 1))
    small = np.asarray(cv2.resize(both, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR))
    share = np.ascontiguousarray(small[..., 0])
    return share, np.where((share > 0)[..., None], small[..., 1:] / np.maximum(share, 1e-4)[..., None], 0)


def _ladder(logo: Mark, small: np.ndarray) -> list[float]:
    high, wide = logo.alpha.shape
    first = LEAST_SIDE / min(high, wide)
    last = MOST_SHARE * min(small.shape[0] / high, small.shape[1] / wide)
    count = int(np.log(max(last / first, 1.0)) / np.log(SCALES)) + 1
    return [first * SCALES**k for k in range(count) if first * SCALES**k <= max(last, first)]


def _best_near(logo: Mark, rgb: np.ndarray, spot: Spot, scale: float) -> Spot:
    """The best place at a scale, within the part of the photograph around a spot."""
    high, wide = (round(n * scale) for n in logo.alpha.shape)
    reach = 6 + round(0.06 * max(high, wide))
    x = spot.x + logo.alpha.shape[1] * (spot.scale - scale) / 2
    y = spot.y + logo.alpha.shape[0] * (spot.scale - scale) / 2
    x0, y0 = max(int(x) - reach, 0), max(int(y) - reach, 0)
    view = rgb[y0 : int(y) + high + reach, x0 : int(x) + wide + reach]
    if view.shape[0] < high or view.shape[1] < wide:
        return Spot(scale, x, y, 0.0)
    best = _best_at(logo, view, scale)
    return Spot(scale, best.x + x0, best.y + y0, best.score)


def _best_at(logo: Mark, rgb: np.ndarray, scale: float) -> Spot:
    alpha, colour = scaled(logo, scale)
    if alpha.shape[0] > rgb.shape[0] or alpha.shape[1] > rgb.shape[1]:
        return Spot(scale, 0.0, 0.0, 0.0)
    surface = _explained(alpha, colour, rgb)
    y, x = np.unravel_index(int(surface.argmax()), surface.shape)
    return Spot(scale, float(x), float(y), float(np.sqrt(max(surface[y, x], 0))))


def _explained(alpha: np.ndarray, colour: np.ndarray, rgb: np.ndarray) -> np.ndarray:
    """float32 (H - h + 1, W - w + 1), 0..1: share of the gradients' energy under the logo that the best mixture of its
    two gradient fields explains, at every place; of luma."""
    luma, own = rgb.mean(2), alpha * colour.mean(2)
    wanted = [[_gradient(v, d) for d in GRADIENTS] for v in (own, alpha)]
    seen = [np.clip(_gradient(luma, d), -0.3, 0.3) for d in GRADIENTS]
    edges = (sum(np.abs(w) for pair in wanted for w in pair) > 0.02).astype(np.float32)
    gram = np.array([[sum(float((a * b).sum()) for a, b in zip(p, q, strict=True)) for q in wanted] for p in wanted])
    gram += np.eye(2) * 1e-3 * max(gram.trace(), 1e-9)
    match = np.stack([sum(cv2.matchTemplate(s, w, cv2.TM_CCORR) for s, w in zip(seen, pair, strict=True))
                      for pair in wanted], -1)
    energy = sum(cv2.matchTemplate(s * s, edges, cv2.TM_CCORR) for s in seen)
    explained = np.einsum("yxi,ij,yxj->yx", match, np.linalg.inv(gram), match)
    return explained / np.maximum(energy, 1e-4 * max(float(edges.sum()), 1.0))


def _gradient(values: np.ndarray, direction: tuple[int, int]) -> np.ndarray:
    return cv2.Sobel(np.ascontiguousarray(values, np.float32), cv2.CV_32F, *direction, ksize=3, scale=0.125,
                     borderType=cv2.BORDER_REPLICATE)
