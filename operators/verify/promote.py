"""Promotion: which of several candidates for one hole is kept.

Nobody knows the truth, but the candidates are draws of what could stand there: the one that is most like what is to be
expected is the likeliest to be like the truth as well (minimum Bayes risk, Kumar & Byrne, NAACL 2004), by the measures
that will be asked for. What is to be expected the filling at temperature 0 says, or where there is none the other
candidates. Among candidates alike the verifier's risk decides.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from operators.measures.luma import LUMA
from operators.measures.structure import ssim_map
from operators.verify.verdict import Verifier, worst_of
from operators.verify.views import seam_views

PARTS = ("risk", "unlike_others", "steep_others", "unlike_mean", "steep_mean")
WEIGHTS = (0.5, 0.0, 0.0, 1.0, 2.0)  # by PARTS, chosen on calibrate (experiments.evaluations.promotion)
WITHOUT_MEAN = (0.5, 1.0, 2.0, 0.0, 0.0)
CONTEXT = 8  # px around the hole in which candidates are compared


def promoted(
    candidates: Sequence[np.ndarray], alpha: np.ndarray, hole: np.ndarray, verifier: Verifier,
    mean: np.ndarray | None = None,
) -> tuple[int, list[float]]:
    """(index of the best, a score each; lower is better, of equals the first).

    candidates: composites, float32 (H, W, 3), RGB 0..1, equal outside the hole. alpha: float32 (H, W), 0..1, hole: bool
    (H, W), as in `SeamView`. mean: the composite at temperature 0, if there is one and it is no candidate itself
    (nothing is closer to it than it is: it would nearly always win). Raises ValueError without a candidate, and when
    the hole is empty.
    """
    weights = np.array(WITHOUT_MEAN if mean is None else WEIGHTS)
    scores = [float(row @ weights) for row in parts(candidates, alpha, hole, verifier, mean)]
    return int(np.argmin(scores)), scores


def parts(
    candidates: Sequence[np.ndarray], alpha: np.ndarray, hole: np.ndarray, verifier: Verifier,
    mean: np.ndarray | None = None,
) -> np.ndarray:
    """Float64 (K, 5) by PARTS. Distances to the other candidates and to the mean are in units of their average over all
    candidates, 0 where there is nothing to compare with. Arguments as of `promoted`."""
    if not candidates:
        raise ValueError("there is no candidate to promote")
    box = _around(hole)
    risks = [worst_of(verifier.judge(seam_views(one, alpha, hole))).risk for one in candidates]
    small, inside = [one[box] for one in candidates], hole[box]
    others = [[_distances(one, other, inside) for j, other in enumerate(small) if j != i]
              for i, one in enumerate(small)]
    to_others = np.array([np.mean(row, 0) if row else (0.0, 0.0) for row in others])
    to_mean = np.zeros_like(to_others)
    if mean is not None:
        to_mean = np.array([_distances(one, mean[box], inside) for one in small])
    return np.column_stack([risks, _relative(to_others), _relative(to_mean)])


def gradient_distance(one: np.ndarray, other: np.ndarray, hole: np.ndarray) -> float:
    """Mean length of the difference of the gradients of luma in the hole, of full scale a px."""
    luma = (one.astype(np.float32) - other.astype(np.float32)) @ LUMA
    dx, dy = (cv2.Sobel(luma, cv2.CV_32F, *axis, ksize=3, scale=0.125) for axis in ((1, 0), (0, 1)))
    return float(np.hypot(dx[hole], dy[hole]).mean())


def _distances(one: np.ndarray, other: np.ndarray, hole: np.ndarray) -> tuple[float, float]:
    """(1 - SSIM, gradient distance), in the hole."""
    return 1 - float(ssim_map(one, other)[hole].mean()), gradient_distance(one, other, hole)


def _relative(values: np.ndarray) -> np.ndarray:
    return values / np.maximum(values.mean(0, keepdims=True), 1e-6)


def _around(hole: np.ndarray) -> tuple[slice, slice]:
    """The hole's bounding box and CONTEXT px more."""
    rows, columns = np.flatnonzero(hole.any(1)), np.flatnonzero(hole.any(0))
    if rows.size == 0:
        raise ValueError("the hole is empty: there is nothing to promote a candidate for")
    down, across = (slice(max(int(x[0]) - CONTEXT, 0), int(x[-1]) + 1 + CONTEXT) for x in (rows, columns))
    return down, across
