"""Rival mattes: what the segmenter saw roughly, made exact where the picture allows it."""

from __future__ import annotations

import cv2
import numpy as np

from operators.matting.frame import Frame
from operators.matting.hypotheses import inverted, judged
from operators.matting.network import Layer
from tests.operators.overlaid import Case, captioned


def _seen(case: Case, level: float, shift: int = 0, margin: int = 16) -> tuple[Frame, Layer, np.ndarray, np.ndarray]:
    """The frame around a case, a layer with a silhouette two pixels too fat, a wrong level and a grey colour, and the
    true alpha and picture in the frame."""
    x0, y0 = (int(v) for v in case.quad.min(0) - margin)
    x1, y1 = (int(v) for v in case.quad.max(0) + margin)
    here = np.s_[y0:y1, x0:x1]
    alpha = case.alpha[here]
    fat = cv2.dilate((np.roll(alpha, shift, 1) > 0.05).astype(np.float32), np.ones((5, 5)))
    soft = cv2.GaussianBlur(fat, (0, 0), 1.0)
    layer = Layer(0.05 + 0.9 * soft, level * soft, np.full((*alpha.shape, 3), 0.7, np.float32))
    view = case.image[here].astype(np.float32) / 255
    frame = Frame(view, case.quad - np.array([x0, y0], np.float32), np.zeros(alpha.shape, bool))
    return frame, layer, alpha, case.photo[here].astype(np.float32) / 255


def test_a_translucent_mark_is_computed_back() -> None:
    """The segmenter's level and colour taken as they are: what was under the mark comes out wrong."""
    case = captioned("coffee", (60, 300), level=0.45)
    frame, layer, alpha, truth = _seen(case, 0.6)
    found = judged(layer, frame)
    assert found is not None and abs(found.level - 0.45) < 0.06
    assert np.abs(found.alpha - alpha)[alpha > 0.05].mean() < 0.05
    inside = alpha > 0.4
    assert np.abs(inverted(frame.view, found) - truth)[inside].mean() < 0.04


def test_the_support_is_no_fatter_than_the_ink() -> None:
    """Holes that grow with the segmenter's doubt."""
    case = captioned("coffee", (60, 300), level=0.45)
    frame, layer, alpha, _ = _seen(case, 0.6)
    found = judged(layer, frame)
    assert found is not None
    support, true = found.alpha > 0, alpha > 0.1
    assert (support & true).sum() >= 0.99 * true.sum()
    assert (support & ~cv2.dilate(true.astype(np.uint8), np.ones((3, 3))).astype(bool)).sum() < 0.25 * true.sum()


def test_opaque_ink_that_looked_translucent_is_opaque() -> None:
    """Un-blending of opaque letters: noise where they were."""
    case = captioned("coffee", (60, 300))
    frame, layer, alpha, _ = _seen(case, 0.7)
    found = judged(layer, frame)
    assert found is not None and found.level == 1.0
    assert np.abs(found.alpha - alpha)[alpha > 0.05].mean() < 0.06


def test_a_silhouette_beside_the_mark_is_not_computed_back() -> None:
    """A second set of letters beside the first, drawn by un-blending where there was no ink."""
    case = captioned("coffee", (60, 300), level=0.45)
    frame, layer, _, _ = _seen(case, 0.45, shift=7)
    found = judged(layer, frame)
    assert found is None or found.level == 1.0


def test_ink_in_a_part_of_the_line_is_no_agreement() -> None:
    """A speck in a word's box that passes for all of it, so that the rest of the word stays."""
    case = captioned("coffee", (60, 300))
    frame, layer, _, _ = _seen(case, 0.9)
    part = np.arange(frame.view.shape[1]) < 0.3 * frame.view.shape[1]
    assert judged(Layer(layer.coverage * part, layer.alpha, layer.colour), frame) is None
