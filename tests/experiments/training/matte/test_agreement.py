"""How sure detector and segmenter are together, fitted."""

from __future__ import annotations

import numpy as np

from experiments.training.matte.agreement import FALSE_TEXT, fit, on_scale
from operators.detection.agreement import terms
from operators.detection.cores import Box
from operators.detection.quads import box_quad

RNG = np.random.default_rng(0)


def row(text: bool) -> tuple[Box, bool]:
    seen = {"detector": 0.5, "scene": float(RNG.uniform(0.3, 0.9) if text else RNG.uniform(0.0, 0.5)), "coverage": 0.1,
            "share": 0.1, "size": 400.0, "alpha": 0.5}
    return Box(box_quad(0, 0, 40, 10), 0.5, evidence=seen), text


def test_as_many_false_boxes_reach_the_threshold_as_it_says() -> None:
    """Confidences on a scale of their own: a threshold chosen for overlay lets all text through, or none."""
    rows = [row(i % 2 == 0) for i in range(400)]
    coefficients = on_scale(fit(rows), rows, 0.8)
    scores = np.array([1 / (1 + np.exp(-np.dot(coefficients, terms(box.evidence)))) for box, _ in rows])
    text = np.array([truth for _, truth in rows])
    assert abs((scores[~text] >= 0.8).mean() - FALSE_TEXT) < 0.02
    assert (scores[text] >= 0.8).mean() > 0.5
