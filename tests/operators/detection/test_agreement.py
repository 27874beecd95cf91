"""What detector and segmenter are sure of together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from operators.detection.agreement import NAMES, Agreement, gather, terms
from operators.detection.cores import Box
from operators.detection.quads import box_quad
from operators.models.embedded import weights_config
from operators.models.segmenter import EMBEDDED
from operators.options import DetectOptions

BOX = Box(box_quad(10, 10, 60, 30), 0.5)


def _maps(level: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Detector maps, coverage and alpha of a picture with strokes in a quarter of the box."""
    maps, coverage, alpha = np.zeros((2, 50, 80), np.float32), *np.zeros((2, 50, 80), np.float32)
    maps[0, 12:28, 12:58], coverage[10:30, 10:60:4], alpha[10:30, 10:60:4] = level, level, 0.7
    return maps, coverage, alpha


def test_evidence_is_taken_inside_the_box() -> None:
    """Means over the whole picture, or over gaps between strokes, would drown a line of text."""
    evidence = gather(BOX, *_maps(0.9)).evidence
    assert evidence["detector"] == pytest.approx(0.9) and evidence["coverage"] == pytest.approx(0.9)
    assert evidence["alpha"] == pytest.approx(0.7) and 0.2 < evidence["share"] < 0.3 and evidence["scene"] == 0
    assert terms(evidence).shape == (len(NAMES),)


@pytest.mark.parametrize("quad", [box_quad(-30, -30, -5, -5), box_quad(70, 40, 95, 70)], ids=["outside", "across"])
def test_boxes_over_the_border_are_judged(quad: np.ndarray) -> None:
    """A box that leaves the map must not raise or wrap around."""
    assert gather(Box(quad, 0.5), *_maps(0.9)).evidence["detector"] < 0.5


def test_embedded_coefficients_trust_what_is_seen() -> None:
    """Coefficients of another order of terms would turn sure boxes down."""
    agreement = Agreement.of(weights_config(EMBEDDED))
    (overlay, *rest), (scene, *others) = _maps(0.97), _maps(0.3)
    scene[1, 12:28, 12:58] = 0.9  # a sign
    sure, unsure = (agreement.judge(gather(BOX, *seen)).confidence for seen in ((overlay, *rest), (scene, *others)))
    assert 0 <= unsure < 0.3 < 0.7 < sure <= 1


def test_text_of_the_scene_counts_where_any_text_is_meant() -> None:
    """`target: all` that finds overlay alone, or that takes bare boxes for text."""
    agreement = Agreement.of(weights_config(EMBEDDED))
    (scene, *others), bare = _maps(0.1), np.full((2, 50, 80), 0.1, np.float32)
    scene[1, 12:28, 12:58] = 0.4
    sign, wall = gather(BOX, scene, *others), gather(BOX, bare, *others)
    assert agreement.any_text(wall) < 0.5 < DetectOptions().min_confidence < agreement.any_text(sign)
    assert agreement.any_text(replace(sign, source="segmenter")) == 0
    assert replace(agreement, text=None).any_text(sign) == 0


def test_weights_without_coefficients_say_what_to_run() -> None:
    """A KeyError would name a key that nobody knows."""
    with pytest.raises(ValueError, match=r"matte\.agreement"):
        Agreement.of({})
