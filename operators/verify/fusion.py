"""From features to probabilities: boosted trees an answer, and a logistic curve that makes their scores calibrated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from operators.models.trees import BoostedTrees

FILE = "fusion.safetensors"
SUREST = 0.999  # no verdict is surer: the calibration knows a few thousand views
_PARTS = tuple(f.name for f in fields(BoostedTrees))


@dataclass(frozen=True)
class Fusion:
    """trees: of each of A answers. slope, shift: float64 (A,), of the curve over their log odds (Platt, 1999).
    count: of the features they were fitted to."""

    trees: Sequence[BoostedTrees]
    slope: np.ndarray
    shift: np.ndarray
    count: int

    def probabilities(self, x: np.ndarray) -> np.ndarray:
        """x: float32 (N, F), finite. Returns float64 (N, A), within 0..1; each row depends on its own alone."""
        scores = np.stack([trees.scores(x) for trees in self.trees], 1)
        logits = np.clip(self.slope * scores + self.shift, -30, 30)
        return np.clip(1 / (1 + np.exp(-logits)), 1 - SUREST, SUREST)

    def save(self, folder: Path) -> None:
        arrays = {f"{index}.{name}": np.ascontiguousarray(getattr(trees, name))
                  for index, trees in enumerate(self.trees) for name in _PARTS}
        arrays |= {"slope": self.slope, "shift": self.shift, "count": np.array([self.count], np.int32)}
        save_file(arrays, folder / FILE)


def load_fusion(folder: Path) -> Fusion:
    """Raises ValueError when the file does not hold a fusion."""
    arrays = load_file(folder / FILE)
    answers = len(arrays.get("slope", ()))
    names = {"slope", "shift", "count"} | {f"{index}.{name}" for index in range(answers) for name in _PARTS}
    if set(arrays) != names or len(arrays["shift"]) != answers:
        raise ValueError(f"{folder / FILE} does not hold a fusion: it has {sorted(arrays)[:4]}")
    trees = [BoostedTrees(**{name: arrays[f"{index}.{name}"] for name in _PARTS}) for index in range(answers)]
    return Fusion(trees, arrays["slope"], arrays["shift"], int(arrays["count"][0]))
