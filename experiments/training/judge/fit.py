"""Fit the judge's trees to boxes and write them: safetensors, and config.json with how they did on shards left out.

    python -m experiments.training.judge.fit --boxes runs/boxes runs/more_boxes --beside EARLIER/model.safetensors

Needs scikit-learn (the `demo` extra); the product does not. Choose `detect.min_confidence` afterwards with
`experiments.evaluations.thresholds` on other photographs.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file
from sklearn.ensemble import HistGradientBoostingClassifier

from experiments.training.judge.boxes import BARE_SHARDS
from operators.detection.judge import EMBEDDED
from operators.detection.surroundings import NAMES
from operators.models.embedded import WEIGHTS, weights_folder
from operators.models.trees import LEAF, BoostedTrees, load_trees

FOLDS = 5
SEEDS = 3  # fits that differ in which numbers their splits may ask; their mean is steadier than one
CLEAN = 2.0  # weight of a box of a clean photograph: the threshold is set by these
SETTINGS: dict[str, Any] = {
    "max_iter": 250, "learning_rate": 0.05, "max_leaf_nodes": 24, "l2_regularization": 5.0, "min_samples_leaf": 10,
    "max_features": 0.2}


def load_boxes(paths: list[Path]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """float32 (N, F) numbers, bool (N,) truth and float64 (N,) weights of some shards."""
    shards = [load_file(path) for path in paths]
    weights = [np.full(len(s["labels"]), CLEAN if p.name.startswith(BARE_SHARDS) else 1.0)
               for p, s in zip(paths, shards, strict=True)]
    return (np.concatenate([s["numbers"] for s in shards]), np.concatenate([s["labels"] for s in shards]) == 1,
            np.concatenate(weights))


def fitted(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> BoostedTrees:
    """The mean of SEEDS gradient boostings on log loss, as arrays."""
    return mean_of([as_arrays(HistGradientBoostingClassifier(**SETTINGS, random_state=seed).fit(x, y, weights))
                    for seed in range(SEEDS)])


def mean_of(fits: list[BoostedTrees]) -> BoostedTrees:
    """Trees whose score is the mean of the fits' scores."""
    sizes = np.cumsum([0, *(len(one.feature) for one in fits)])[:-1]
    moved = [replace(one, left=one.left + size, right=one.right + size, roots=one.roots + size,
                     value=one.value / np.float32(len(fits)), bias=one.bias / np.float32(len(fits)))
             for one, size in zip(fits, sizes.astype(np.int32), strict=True)]
    parts = {f.name: np.concatenate([getattr(one, f.name) for one in moved]) for f in fields(BoostedTrees)}
    return BoostedTrees(**parts | {"bias": parts["bias"].sum(keepdims=True)})


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
    """Mean figures over FOLDS; shards are never split, and shards of one name, which hold boxes of the same views, stay
    together."""
    names = sorted({path.name for path in paths})
    fold_of = {names[i]: place % FOLDS for place, i in enumerate(np.random.default_rng(0).permutation(len(names)))}
    rows = []
    for fold in range(FOLDS):
        unseen, truth, _ = load_boxes([path for path in paths if fold_of[path.name] == fold])
        trees = fitted(*load_boxes([path for path in paths if fold_of[path.name] != fold]))
        rows.append(figures(trees.scores(unseen), truth))
    return {name: round(float(np.mean([row[name] for row in rows])), 4) for name in rows[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--boxes", type=Path, nargs="+", default=[Path("runs/boxes")], help="folders of shards")
    parser.add_argument("--beside", type=Path, help="an earlier judge, fitted to other boxes: the mean of both is "
                        "written, the figures are of the new one alone")
    parser.add_argument("--folder", type=Path, default=weights_folder(EMBEDDED), help="where to write the weights")
    args = parser.parse_args()
    paths = sorted(path for folder in args.boxes for path in folder.glob("*.safetensors"))
    if len(paths) < FOLDS:
        raise SystemExit(f"{args.boxes} have {len(paths)} shards, fewer than {FOLDS}: run training.judge.boxes first")
    x, y, weights = load_boxes(paths)
    args.folder.mkdir(parents=True, exist_ok=True)
    trees = fitted(x, y, weights)
    (mean_of([trees, load_trees(args.beside)]) if args.beside else trees).save(args.folder / WEIGHTS)
    config = {"boxes": len(y), "of_overlay": int(y.sum()), "numbers": NAMES, "cross_validated": cross_validated(paths)}
    (args.folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    print(json.dumps({k: v for k, v in config.items() if k != "numbers"}), args.folder)


if __name__ == "__main__":
    main()
