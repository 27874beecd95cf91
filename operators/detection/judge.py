"""The second look: boosted trees judge every plausible box against its surroundings and the picture's other boxes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from operators.detection.cores import Box
from operators.detection.surroundings import NAMES, Sight, surroundings
from operators.models.embedded import WEIGHTS, weights_folder
from operators.models.trees import BoostedTrees, load_trees

EMBEDDED = "judge"
PLAUSIBLE = 0.02  # confidence by agreement below which no second look is worth its time


@dataclass(frozen=True)
class Judge:
    """trees: over the numbers of `surroundings`."""

    trees: BoostedTrees

    def judge(self, boxes: list[Box], sight: Sight) -> list[Box]:
        """The boxes with the confidence of the second look; the confidence before becomes evidence `agreement`."""
        due = [i for i, box in enumerate(boxes) if box.confidence >= PLAUSIBLE]
        if not due:
            return boxes
        scores = self.trees.scores(np.stack([seen_against(boxes, i, sight) for i in due]))
        judged = list(boxes)
        for i, score in zip(due, scores, strict=True):
            confidence = float(1 / (1 + np.exp(-np.clip(score, -30, 30))))
            evidence = boxes[i].evidence | {"agreement": boxes[i].confidence}
            judged[i] = replace(boxes[i], confidence=confidence, evidence=evidence)
        return judged


def seen_against(boxes: list[Box], index: int, sight: Sight) -> np.ndarray:
    """`surroundings` of one of a picture's boxes."""
    others = [box.confidence for i, box in enumerate(boxes) if i != index]
    return surroundings(boxes[index], others, sight)


@lru_cache(maxsize=2)
def load_judge(weights: str) -> Judge:
    """weights: `embedded` or a .safetensors path. Raises ValueError saying what to do."""
    path = weights_folder(EMBEDDED) / WEIGHTS if weights == "embedded" else Path(weights)
    if path.suffix != ".safetensors" or not path.is_file():
        raise ValueError(f"detect.judge: {weights} is no .safetensors file; give one, or embedded, or none")
    trees = load_trees(path)
    if int(trees.feature.max()) >= len(NAMES):
        raise ValueError(f"detect.judge: {path} was fitted to other numbers than this version's {len(NAMES)}")
    return Judge(trees)
