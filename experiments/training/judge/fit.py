"""Fit the judge's trees to boxes and write them: safetensors, and config.json with how they did on shards left out.

    python -m experiments.training.judge.fit --boxes runs/boxes

Needs scikit-learn (the `demo` extra); the product does not. Choose `detect.min_confidence` afterwards with
`experiments.evaluations.thresholds` on other photographs.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file
from sklearn.ensemble import HistGradientBoostingClassifier

from operators.detection.judge import EMBEDDED
from operators.detection.surroundings import NAMES
from operators.models.embedded import WEIGHTS, weights_folder
from operators.models.trees import LEAF, BoostedTrees

FOLDS = 5
SETTINGS: dict[str, Any] = {
    "max_iter": 250, "learning_rate": 0.05, "max_leaf_nodes": 24, "l2_regularization": 5.0, "min_samples_leaf": 10,
    "max_features": 0.2, "random_state": 0}


def load_boxes(paths: list[Path]) -> tuple[np.ndarray, np.ndarray]:
    """float32 (N, F) numbers and bool (N,) truth of some shards."""
    shards = [load_file(path) for path in paths]
    return np.concatenate([s["numbers"] for s in shards]), np.concatenate([s["labels"] for s in shards]) == 1


def fitted(x: np.ndarray, y: np.ndarray) -> BoostedTrees:
    """Gradient boosting on log loss, as arrays."""
    model = HistGradientBoostingClassifier(**SETTINGS).fit(x, y)
    return as_arrays(model)


def as_arrays(model: HistGradientBoostingClassifier) -> BoostedTrees:
    """The trees of a fitted two-class model without categories or missing values."""
    nodes = [predictor.nodes for (predictor,) in model._predictors]
    roots = np.cumsum([0, *(len(n) for n in nodes)])[:-1]
    flat = np.concatenate(nodes)
    shift = np.repeat(roots, [len(n) for n in nodes])
    leaf = flat["is_leaf"] > 0
    return BoostedTrees(
        np.where(leaf, LEAF, flat["feature_idx"]).astype(np.int16), flat["num_threshold"].astype(np.float64),
        (flat["left"] + shift).astype(np.int32), (flat["right"] + shift).astype(np.int32),
        flat["value"].astype(np.float32), roots.astype(np.int32),
        np.asarray(model._baseline_prediction, np.float32).reshape(1))


def figures(scores: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """Area under the curve, and share of overlay found where 3%, 1% and 0.3% of the others are taken for it."""
    ranks = np.empty(len(scores))
    ranks[np.argsort(scores)] = np.arange(1, len(scores) + 1)
    true, false = int(truth.sum()), int((~truth).sum())
    area = (ranks[truth].sum() - true * (true + 1) / 2) / max(true * false, 1)
    found = {f"found_at_{share:g}": float((scores[truth] > np.quantile(scores[~truth], 1 - share)).mean())
             for share in (0.03, 0.01, 0.003)}
    return {"auc": float(area)} | found


def cross_validated(paths: list[Path]) -> dict[str, float]:
    """Mean figures over FOLDS; shards are never split."""
    order = [paths[i] for i in np.random.default_rng(0).permutation(len(paths))]
    rows = []
    for fold in range(FOLDS):
        x, y = load_boxes([p for i, p in enumerate(order) if i % FOLDS != fold])
        unseen, truth = load_boxes(order[fold::FOLDS])
        rows.append(figures(fitted(x, y).scores(unseen), truth))
    return {name: round(float(np.mean([row[name] for row in rows])), 4) for name in rows[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--boxes", type=Path, default=Path("runs/boxes"))
    parser.add_argument("--folder", type=Path, default=weights_folder(EMBEDDED), help="where to write the weights")
    args = parser.parse_args()
    paths = sorted(args.boxes.glob("*.safetensors"))
    if len(paths) < FOLDS:
        raise SystemExit(f"{args.boxes} has {len(paths)} shards, fewer than {FOLDS}: run training.judge.boxes first")
    x, y = load_boxes(paths)
    args.folder.mkdir(parents=True, exist_ok=True)
    fitted(x, y).save(args.folder / WEIGHTS)
    config = {"boxes": len(y), "of_overlay": int(y.sum()), "numbers": NAMES, "cross_validated": cross_validated(paths)}
    (args.folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    print(json.dumps({k: v for k, v in config.items() if k != "numbers"}), args.folder)


if __name__ == "__main__":
    main()
