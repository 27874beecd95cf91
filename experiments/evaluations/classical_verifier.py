"""A stand-in for the seam verifier: logistic regressions on the classical seam scores."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from experiments.evaluations.injected import Case
from operators.fill.harmonic import fill_membrane
from operators.measures.seam import seam_scores, signed_distance
from operators.remedy.texture import octave_ratios
from operators.verify.verdict import FAILURES, Verdict
from operators.verify.views import SeamView, seam_views

NAMES = ("g+", "g-", "h+", "h-", "o0+", "o0-", "o1+", "o1-", "o2+", "o2-", "silhouette", "drift", "rim", "edge")


def classical_features(view: SeamView) -> np.ndarray:
    """Float64 (F,): the classical seam scores of a view, signed ones split in two, and strengths by octave."""
    if not view.hole.any() or view.hole.all():
        return np.zeros(len(NAMES))
    scores = seam_scores(view.rgb, view.alpha, view.hole)
    signed = [scores["gradient_ratio"], scores["high_frequency_ratio"], *octave_ratios(view.rgb, view.hole)[:3]]
    return np.array([f(s) for s in signed for f in (lambda v: max(v, 0.0), lambda v: max(-v, 0.0))]
                    + [scores["silhouette"], np.log(scores["colour_drift"] + 0.5), *_rim(view)])


def _rim(view: SeamView) -> tuple[float, float]:
    """Mean deviation of the hole's outer 2 px from the membrane across them: of their means along it, of pixels."""
    distance = signed_distance(view.hole)
    rim = (distance > -2.5) & (distance < 1.5)
    if rim.all() or not rim.any():
        return 0.0, 0.0
    over = np.where(rim[..., None], view.rgb - fill_membrane(view.rgb, rim), 0)
    total, weight = cv2.blur(over, (15, 15)), cv2.blur(rim.astype(np.float32), (15, 15))[..., None]
    return float(np.abs((total / (weight + 1e-6))[rim]).mean()), float(np.abs(over[rim]).mean())


@dataclass(frozen=True)
class ClassicalVerifier:
    """A stand-in: one logistic regression a failure, one for any. weights: (F + 1, 6) on standardised features."""

    mean: np.ndarray
    scale: np.ndarray
    weights: np.ndarray

    def judge(self, views: Sequence[SeamView]) -> list[Verdict]:
        verdicts = []
        for view in views:
            x = np.append((classical_features(view) - self.mean) / self.scale, 1.0)
            p = 1 / (1 + np.exp(-np.clip(x @ self.weights, -30, 30)))
            verdicts.append(Verdict(dict(zip(FAILURES, map(float, p[:-1]), strict=True)), float(p[-1])))
        return verdicts


def fit_classical(found: Iterable[Case]) -> ClassicalVerifier:
    """Fitted to cases of which some have no failure."""
    xs, ys = [], []
    for case in found:
        for view in seam_views(case.wound.rgb, case.wound.alpha, case.wound.hole):
            if view.hole.mean() < 0.01:
                continue
            xs.append(classical_features(view))
            ys.append([float(case.failure == name) for name in FAILURES] + [float(case.failure != "")])
    x, y = np.array(xs), np.array(ys)
    mean, scale = x.mean(0), x.std(0) + 1e-6
    columns = np.hstack([(x - mean) / scale, np.ones((len(x), 1))])
    return ClassicalVerifier(mean, scale, np.stack([_logistic(columns, y[:, k]) for k in range(y.shape[1])], 1))


def _logistic(x: np.ndarray, y: np.ndarray, ridge: float = 3.0) -> np.ndarray:
    """Newton's method."""
    w = np.zeros(x.shape[1])
    for _ in range(25):
        p = 1 / (1 + np.exp(-x @ w))
        hessian = (x * (p * (1 - p) + 1e-6)[:, None]).T @ x + ridge * np.eye(x.shape[1])
        w -= np.linalg.solve(hessian, x.T @ (p - y) + ridge * w)
    return w
