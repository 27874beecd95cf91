"""The second look at plausible boxes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from operators.detection.cores import Box
from operators.detection.crops import CHANNELS, FEATURES
from operators.detection.judge import PLAUSIBLE, Judge, load_judge
from operators.detection.quads import box_quad
from operators.models.classifier import RegionClassifier

EVIDENCE = {"detector": 0.8, "scene": 0.1, "coverage": 0.9, "share": 0.3, "size": 900.0, "alpha": 0.7}
RGB, MAPS = np.full((200, 300, 3), 90, np.uint8), np.zeros((200, 300, 4), np.uint8)
BLOCK, LINE = box_quad(20, 20, 80, 70), box_quad(20, 100, 280, 120)


def _judge(temperature: float = 1.0) -> Judge:
    torch.manual_seed(3)
    return Judge(RegionClassifier(CHANNELS, FEATURES).eval(), temperature=temperature)


def test_every_plausible_box_gets_its_own_answer() -> None:
    """Answers grouped by size and given back in that order would swap a line's confidence with a block's."""
    boxes = [Box(quad, 0.5, evidence=EVIDENCE) for quad in (LINE, BLOCK, LINE + 2)]
    together, alone = _judge().judge(boxes, RGB, MAPS), [_judge().judge([box], RGB, MAPS)[0] for box in boxes]
    assert [b.confidence for b in together] == pytest.approx([b.confidence for b in alone], abs=1e-5)
    assert together[0].confidence != together[1].confidence
    assert all(b.evidence["agreement"] == 0.5 and 0 <= b.evidence["text"] <= 1 for b in together)


def test_implausible_boxes_are_not_looked_at() -> None:
    """A hundred specks must not cost a hundred looks, nor come out surer than they went in."""
    box = Box(BLOCK, PLAUSIBLE / 2, evidence=EVIDENCE)
    assert _judge().judge([box], RGB, MAPS) == [box] and _judge().judge([], RGB, MAPS) == []


def test_temperature_only_moves_sureness() -> None:
    """A temperature that is multiplied makes doubtful boxes sure."""
    boxes = [Box(BLOCK, 0.5, evidence=EVIDENCE)]
    plain, cooled = (_judge(t).judge(boxes, RGB, MAPS)[0].confidence for t in (1.0, 4.0))
    assert abs(cooled - 0.5) < abs(plain - 0.5) and (cooled > 0.5) == (plain > 0.5)


def test_missing_weights_say_what_to_do(tmp_path: Path) -> None:
    """A bare FileNotFoundError would not name the option."""
    with pytest.raises(ValueError, match="region classifier: .*give one, or embedded, or none"):
        load_judge(str(tmp_path / "no.safetensors"), False)
