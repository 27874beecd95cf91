"""Steps and rims along a hole's edge that all go the same way: real edges of the picture cross it both ways."""

from __future__ import annotations

import cv2
import numpy as np

from operators.measures.luma import LUMA

EDGES = (
    "step_light", "step_colour", "step_unity", "rim_light", "rim_colour", "rim_unity", "fine_ratio", "coarse_ratio")
RIM, REACH = 1.2, 5.0  # px from the edge: what lies within the first is rim, up to the second it is the side
NEAR = 2.5  # sigma, px, in which one side is compared with the other
RING = 12.0  # px around the hole whose texture is compared with the hole's
_LEAST = 0.02  # share of a side within NEAR that must be there


def edge_scores(rgb: np.ndarray, distance: np.ndarray) -> list[float]:
    """By EDGES, finite. rgb: float32 (h, w, 3), 0..1. distance: float32 (h, w), px, negative in the hole, which is
    neither empty nor everything.

    step: Lab inside minus outside, rim: Lab on the edge minus the mean of both, each averaged along the edge with its
    sign; light and colour in log units of Lab, unity 0..1, the length of the average over the average length. The
    ratios are logs of detail in the hole over that in the ring, at 1 px and between 1.5 and 4 px.
    """
    lab = cv2.cvtColor(np.ascontiguousarray(rgb, np.float32), cv2.COLOR_RGB2LAB)
    inner = (distance < -RIM) & (distance >= -REACH)
    sides = [inner if inner.any() else distance < 0, np.abs(distance) <= RIM,
             (distance > RIM) & (distance <= REACH)]
    values, shares = zip(*(_local(lab, side) for side in sides), strict=True)
    edge = (np.abs(distance) <= RIM) & (np.minimum(shares[0], shares[2]) > _LEAST)
    if not edge.any():
        return [0.0] * len(EDGES)
    inside, rim, outside = (value[edge] for value in values)
    return [*_along(inside - outside), *_along(rim - (inside + outside) / 2), *_ratios(rgb @ LUMA, distance)]


def _local(lab: np.ndarray, side: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(mean of the side nearby (h, w, 3), its share of what is nearby (h, w))."""
    weight = side.astype(np.float32)
    share = np.asarray(cv2.GaussianBlur(weight, (0, 0), NEAR))
    return cv2.GaussianBlur(lab * weight[..., None], (0, 0), NEAR) / np.maximum(share, 1e-4)[..., None], share


def _along(differences: np.ndarray) -> list[float]:
    mean = differences.mean(0)
    length = float(np.linalg.norm(differences, axis=1).mean())
    return [float(np.log1p(abs(mean[0]))), float(np.log1p(np.hypot(mean[1], mean[2]))),
            float(np.linalg.norm(mean)) / (length + 0.5)]


def _ratios(luma: np.ndarray, distance: np.ndarray) -> list[float]:
    inside, ring = distance < 0, (distance > 0) & (distance <= RING)
    fine = np.abs(cv2.Laplacian(luma, cv2.CV_32F))
    coarse = np.abs(cv2.GaussianBlur(luma, (0, 0), 1.5) - cv2.GaussianBlur(luma, (0, 0), 4.0))
    return [float(np.log((x[inside].mean() + 0.004) / (x[ring].mean() + 0.004))) if ring.any() else 0.0
            for x in (fine, coarse)]
