"""The second look: a classifier looks into every plausible box, and boosted trees judge its answer together with the
box's surroundings and the picture's other boxes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from operators.detection.box_view import box_view
from operators.detection.cores import Box
from operators.detection.surroundings import NAMES, Sight, surroundings
from operators.models.embedded import WEIGHTS, weights_folder
from operators.models.trees import BoostedTrees, load_trees

if TYPE_CHECKING:
    from operators.models.box_classifier import BoxClassifier

EMBEDDED, CLASSIFIER = "judge", "classifier.safetensors"
PLAUSIBLE = 0.02  # confidence by agreement below which no second look is worth its time


@dataclass(frozen=True)
class Looks:
    """The box classifier behind numpy. network: folded, in eval mode. bf16: run under autocast."""

    network: BoxClassifier
    bf16: bool = False

    def logits(self, views: np.ndarray) -> np.ndarray:
        """views: uint8 (N, H, W, 3) of `box_view`, N at least 1. Returns float32 (N,), log odds of overlay."""
        import torch

        from operators.models.box_classifier import pixels

        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            return self.network(pixels(torch.from_numpy(views))).float().numpy()


@dataclass(frozen=True)
class Judge:
    """trees: over the numbers NAMES. looks: None for trees that do not ask for the classifier's answer."""

    trees: BoostedTrees
    looks: Looks | None = None

    def judge(self, boxes: list[Box], sight: Sight) -> list[Box]:
        """The boxes with the confidence of the second look; the confidence before becomes evidence `agreement`."""
        due = [i for i, box in enumerate(boxes) if box.confidence >= PLAUSIBLE]
        if not due:
            return boxes
        judged = list(boxes)
        for i, score in zip(due, self.trees.scores(seen_against(boxes, due, sight, self.looks)), strict=True):
            confidence = float(1 / (1 + np.exp(-np.clip(score, -30, 30))))
            evidence = boxes[i].evidence | {"agreement": boxes[i].confidence}
            judged[i] = replace(boxes[i], confidence=confidence, evidence=evidence)
        return judged


def seen_against(boxes: list[Box], due: list[int], sight: Sight, looks: Looks | None) -> np.ndarray:
    """float32 (len(due), len(NAMES)): `surroundings` of some of a picture's boxes, and what the classifier says of
    each, 0 without one."""
    rows = np.zeros((len(due), len(NAMES)), np.float32)
    for row, i in zip(rows, due, strict=True):
        row[:-1] = surroundings(boxes[i], [box.confidence for j, box in enumerate(boxes) if j != i], sight)
    if looks is not None and due:
        rows[:, -1] = looks.logits(np.stack([box_view(sight.rgb, boxes[i].quad) for i in due]))
    return rows


@lru_cache(maxsize=2)
def load_judge(weights: str, bf16: bool = False) -> Judge:
    """weights: `embedded` or a .safetensors path, the box classifier beside it. Raises ValueError saying what to do."""
    path = weights_folder(EMBEDDED) / WEIGHTS if weights == "embedded" else Path(weights)
    if path.suffix != ".safetensors" or not path.is_file():
        raise ValueError(f"detect.judge: {weights} is no .safetensors file; give one, or embedded, or none")
    trees, last = load_trees(path), len(NAMES) - 1
    if int(trees.feature.max()) > last:
        raise ValueError(f"detect.judge: {path} was fitted to other numbers than this version's {len(NAMES)}")
    return Judge(trees, load_looks(path.with_name(CLASSIFIER), bf16) if (trees.feature == last).any() else None)


def load_looks(path: Path, bf16: bool) -> Looks:
    """The box classifier of a file. Raises ValueError saying what to do."""
    from operators.models.box_classifier import load_box_classifier

    if not path.is_file():
        raise ValueError(f"detect.judge: the trees ask for the box classifier, but there is no {path}; put it there")
    return Looks(load_box_classifier(path), bf16)
