"""The second look at plausible boxes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import skimage.data

from operators.detection.cores import Box
from operators.detection.finder import load_finder
from operators.detection.judge import EMBEDDED, PLAUSIBLE, Judge, load_judge, seen_against
from operators.detection.quads import box_quad
from operators.detection.surroundings import NAMES, Sight
from operators.models.embedded import WEIGHTS, weights_config, weights_folder
from operators.models.trees import LEAF, BoostedTrees
from operators.options import DetectOptions
from tests.operators.overlaid import captioned

EVIDENCE = {"detector": 0.8, "scene": 0.1, "coverage": 0.9, "share": 0.3, "size": 900.0, "alpha": 0.7}
BLOCK, LINE = box_quad(20, 20, 80, 70), box_quad(20, 100, 280, 120)


def _sight(around: float = 0.0) -> Sight:
    """Strokes in the line's box, and coverage `around` everywhere else."""
    coverage = np.full((200, 300), around, np.float32)
    coverage[102:118, 24:276:6] = 0.95
    rgb = np.full((200, 300, 3), 90, np.uint8)
    rgb[coverage > 0.9] = 250
    return Sight(rgb, np.zeros((2, 200, 300), np.float32), coverage, coverage, np.ones((200, 300, 3), np.float32))


def _named(box: Box, sight: Sight, others: int = 0) -> dict[str, float]:
    boxes = [box, *(Box(BLOCK, 0.9, evidence=EVIDENCE) for _ in range(others))]
    return dict(zip(NAMES, seen_against(boxes, 0, sight).tolist(), strict=True))


def _stump(name: str, threshold: float) -> Judge:
    """One tree: log odds 2 above the threshold, -2 up to it."""
    node = NAMES.index(name)
    return Judge(BoostedTrees(np.array([node, LEAF, LEAF], np.int16), np.array([threshold, 0, 0]),
                              np.array([1, 0, 0], np.int32), np.array([2, 0, 0], np.int32),
                              np.array([0, -2, 2], np.float32), np.zeros(1, np.int32), np.zeros(1, np.float32)))


def test_surroundings_are_measured_around_the_box() -> None:
    """A ring that includes the box, or misses what is around it, could not tell letters from leaves."""
    line = Box(LINE, 0.5, evidence=EVIDENCE)
    alone, among = _named(line, _sight()), _named(line, _sight(0.6), others=3)
    assert alone["ring_coverage"] < 0.02 and among["ring_coverage"] == pytest.approx(0.6, abs=0.02)
    assert alone["top_coverage"] == pytest.approx(0.95) and alone["contrast"] == pytest.approx(160 / 255, abs=0.02)
    assert alone["ink_colours"] < 0.01 and alone["sure_others"] < 0 < among["sure_others"]
    assert among["others_above_0.8"] == 3 and alone["segmenter"] == 0


@pytest.mark.parametrize("quad", [box_quad(-30, -30, -5, -5), box_quad(280, 180, 330, 230), box_quad(5, 5, 6, 6)],
                         ids=["outside", "across", "speck"])
def test_boxes_anywhere_have_finite_numbers(quad: np.ndarray) -> None:
    """A NaN would fall through every tree to the right."""
    assert np.isfinite(seen_against([Box(quad, 0.5, evidence=EVIDENCE)], 0, _sight())).all()


def test_every_plausible_box_gets_its_own_answer() -> None:
    """Answers given back in another order would swap a line's confidence with a block's."""
    boxes = [Box(BLOCK, 0.5, evidence=EVIDENCE), Box(LINE, 0.5, evidence=EVIDENCE)]
    block, line = _stump("top_coverage", 0.5).judge(boxes, _sight())
    assert block.confidence == pytest.approx(1 / (1 + np.exp(2))) and line.confidence == pytest.approx(
        1 / (1 + np.exp(-2)))
    assert block.evidence["agreement"] == 0.5


def test_implausible_boxes_are_not_looked_at() -> None:
    """A hundred specks must not cost a hundred looks, nor come out surer than they went in."""
    box = Box(LINE, PLAUSIBLE / 2, evidence=EVIDENCE)
    judge = _stump("top_coverage", 0.5)
    assert judge.judge([box], _sight()) == [box] and judge.judge([], _sight()) == []


def test_missing_weights_say_what_to_do(tmp_path: Path) -> None:
    """A bare FileNotFoundError would not name the option."""
    with pytest.raises(ValueError, match=r"detect\.judge: .*give one, or embedded, or none"):
        load_judge(str(tmp_path / "no.safetensors"))


def test_embedded_trees_tell_a_caption_from_texture() -> None:
    """Weights fitted to another order of numbers would turn sure boxes down and take bricks for letters."""
    assert tuple(weights_config(EMBEDDED)["numbers"]) == NAMES
    assert (weights_folder(EMBEDDED) / WEIGHTS).stat().st_size < 2**21
    options = DetectOptions()
    finder, case = load_finder(options), captioned()
    captions = [box.confidence for box in finder.boxes(case.image, options)]
    assert max(captions) > options.min_confidence + 0.05
    for texture in (skimage.data.brick(), skimage.data.grass(), skimage.data.gravel()):
        boxes = finder.boxes(np.repeat(texture[..., None], 3, axis=2), options)
        assert all(box.confidence < 0.5 for box in boxes)
