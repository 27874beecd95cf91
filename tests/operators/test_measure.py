from __future__ import annotations

import cv2
import numpy as np

from operators.fill import FillStage
from operators.measure import MeasureStage, composed
from operators.measures.seam import seam_scores
from operators.record import Region
from operators.refine import RefineStage
from operators.route import PrepareStage
from operators.tiles import Box
from tests.operators.overlaid import captioned, photo, record_of

NAMES = {"gradient_ratio", "high_frequency_ratio", "silhouette", "colour_drift"}


def scene() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Photo 0..1, alpha and hole of a caption that is not there."""
    case = captioned("coffee", (60, 300))
    x0, y0, x1, y1 = (int(v) for v in (*case.quad[0], *case.quad[2]))
    view = np.s_[y0 - 20 : y1 + 20, x0 - 20 : x1 + 20]
    alpha = case.alpha[view]
    hole = cv2.dilate((alpha > 0).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    return case.photo[view].astype(np.float32) / 255, alpha, hole


def test_each_score_sees_its_failure() -> None:
    """Scores that rate a ghost, a halo, a smear or a wrong colour like the untouched photograph."""
    clean, alpha, hole = scene()
    good = seam_scores(clean, alpha, hole)
    ghost = seam_scores(np.clip(clean + 0.2 * alpha[..., None], 0, 1), alpha, hole)
    halo = seam_scores(np.where(hole[..., None], np.clip(clean + 0.15, 0, 1), clean), alpha, hole)
    smear = seam_scores(np.where(hole[..., None], cv2.GaussianBlur(clean, (0, 0), 4), clean), alpha, hole)
    assert ghost["silhouette"] > good["silhouette"] + 0.2
    assert halo["gradient_ratio"] > good["gradient_ratio"] + 0.5
    assert smear["high_frequency_ratio"] < good["high_frequency_ratio"] - 0.3
    assert halo["colour_drift"] > good["colour_drift"] + 3


def test_stage_scores_filled_regions_only() -> None:
    """Scores of regions that were left alone, and pictures measured before they are composed."""
    case = captioned()
    other = Region(case.quad - np.array([0, 300], np.float32), 0.1)
    record = record_of(case.image, [Region(case.quad, 0.9), other])
    for stage in (RefineStage(), PrepareStage(), FillStage(), MeasureStage()):
        stage([record])
    assert record.error == ""
    assert record.regions[0].scores.keys() == NAMES and other.scores == {}
    assert record.measures.keys() == {f"seam_{n}" for n in NAMES} | {"hole_share", "micro_batch_fill"}
    assert 0 < record.measures["hole_share"] < 0.1
    assert record.regions[0].scores["silhouette"] < 0.2


def test_composed_changes_nothing_outside_the_tiles_blend() -> None:
    """Scores of a picture other than the one that is written."""
    case = captioned()
    record = case.record()
    for stage in (RefineStage(), PrepareStage(), FillStage()):
        stage([record])
    outside = np.ones((512, 512), bool)
    for tile in record.tiles:
        outside[tile.y : tile.y + tile.height, tile.x : tile.x + tile.width] &= tile.blend == 0
    view = composed(record, Box(0, 0, 512, 512, ()))
    assert np.array_equal(view[outside], (case.image.astype(np.float32) / 255)[outside])


def test_nothing_to_measure() -> None:
    """A picture without regions that divides by zero."""
    record = record_of(photo(), [])
    MeasureStage()([record])
    assert record.error == "" and record.measures == {}
