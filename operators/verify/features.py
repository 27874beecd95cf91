"""What the verdict is made of: the network's logits, classical seam scores, and what kind of place the hole is."""

from __future__ import annotations

import cv2
import numpy as np

from operators.fill.unblend import ghost
from operators.measures.luma import LUMA
from operators.measures.seam import seam_scores, signed_distance
from operators.verify.edges import EDGES, edge_scores
from operators.verify.verdict import FAILURES
from operators.verify.views import SeamView

ANSWERS = (*FAILURES, "risk")
RING = 12.0  # px around the hole that its place is judged by
FEATURES = (
    *(f"network_{name}" for name in ANSWERS), "steep_edge", "smeared_edge", "rough", "smooth", "silhouette",
    "colour_drift", "residue", *EDGES, "alpha_level", "alpha_spread", "hole_share", "hole_width", "ring_detail",
    "hole_detail", "ring_contrast")


def features(view: SeamView, logits: np.ndarray) -> np.ndarray:
    """By FEATURES, float32 (F,), finite. logits: float (6,), the network's by ANSWERS."""
    return np.concatenate([np.clip(logits, -12, 12), _scores(view), _place(view)]).astype(np.float32)


def _scores(view: SeamView) -> list[float]:
    """Both sides of a two-sided score apart: too much is another fault than too little."""
    if view.hole.all() or not view.hole.any():
        return [0.0] * (7 + len(EDGES))
    found = seam_scores(view.rgb, view.alpha, view.hole)
    edge, detail = found["gradient_ratio"], found["high_frequency_ratio"]
    return [max(edge, 0.0), max(-edge, 0.0), max(detail, 0.0), max(-detail, 0.0), found["silhouette"],
            float(np.log1p(found["colour_drift"])), ghost(view.rgb, view.alpha),
            *edge_scores(view.rgb, signed_distance(view.hole))]


def _place(view: SeamView) -> list[float]:
    """Alpha's mean and spread in the hole, the hole's share of the view and its half width in log px, detail beside it
    and in it in log, contrast beside it."""
    distance, luma = signed_distance(view.hole), view.rgb @ LUMA
    detail = np.abs(luma - cv2.GaussianBlur(luma, (0, 0), 1.5))
    ring = (distance > 0) & (distance <= RING)
    ring = ring if ring.any() else np.ones_like(ring)
    inside = view.hole if view.hole.any() else np.ones_like(view.hole)
    alpha = view.alpha[inside]
    return [float(alpha.mean()), float(alpha.std()), float(view.hole.mean()),
            float(np.log1p(max(-float(distance.min()), 0.0))), _log(detail[ring]), _log(detail[inside]),
            float(luma[ring].std())]


def _log(values: np.ndarray) -> float:
    return float(np.log(values.mean() + 0.002))
