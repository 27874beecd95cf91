"""Boosted regression trees (Friedman, Annals of Statistics 2001) as plain arrays: fitted elsewhere, evaluated here."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

LEAF = -1


@dataclass(frozen=True)
class BoostedTrees:
    """All trees' nodes one after the other. feature: int16 (N,), LEAF for leaves. threshold: float64 (N,), values up to
    it go left. left, right: int32 (N,), node numbers. value: float32 (N,) of leaves. roots: int32 (T,). bias:
    float32 (1,). The score is the bias and the sum of one leaf a tree."""

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray
    roots: np.ndarray
    bias: np.ndarray

    def scores(self, x: np.ndarray) -> np.ndarray:
        """x: float32 (N, F), finite. Returns float64 (N,), log odds."""
        node = np.broadcast_to(self.roots, (len(x), len(self.roots))).copy()
        rows = np.arange(len(x))[:, None]
        while (inner := self.feature[node] != LEAF).any():
            below = x[rows, np.maximum(self.feature[node], 0)] <= self.threshold[node]
            node = np.where(inner, np.where(below, self.left[node], self.right[node]), node)
        return self.value[node].sum(1, dtype=np.float64) + float(self.bias[0])

    def save(self, path: Path) -> None:
        save_file({f.name: np.ascontiguousarray(getattr(self, f.name)) for f in fields(self)}, path)


def load_trees(path: Path) -> BoostedTrees:
    """Raises ValueError when the file does not hold trees."""
    arrays = load_file(path)
    names = {f.name for f in fields(BoostedTrees)}
    if set(arrays) != names:
        raise ValueError(f"{path} does not hold boosted trees: it has {sorted(arrays)}, not {sorted(names)}")
    return BoostedTrees(**arrays)
