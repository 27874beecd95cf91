"""Fit and calibrate the verifier's fusion on tiles of the calibrate photographs.

    python -m experiments.training.verifier.fit --tiles runs/verifier_tiles/calibrate

The photographs are split in two: fitted on one half, checked on the other (training.json), and fitted to both in the
end. The curve that calibrates the trees is fitted to scores of photographs that they were not fitted to, in FOLDS.
Needs scikit-learn (the `demo` extra); the product does not.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from experiments.training.judge.fit import as_arrays, figures
from experiments.training.verifier.calibration import calibration_error
from experiments.training.verifier.tiles import Tiles, joined, shards, views_of
from operators.detection.precision import in_bf16
from operators.models.embedded import weights_folder
from operators.models.trees import BoostedTrees
from operators.models.verifier import load_network
from operators.verify.features import ANSWERS, FEATURES
from operators.verify.fusion import Fusion
from operators.verify.verifier import EMBEDDED, SeamVerifier

FOLDS = 5
SETTINGS: dict[str, Any] = {
    "max_iter": 150, "learning_rate": 0.06, "max_leaf_nodes": 6, "min_samples_leaf": 20, "l2_regularization": 5.0,
    "early_stopping": False, "random_state": 0}


def answers_of(tiles: Tiles) -> np.ndarray:
    """Float64 (N, A) by ANSWERS: probabilities 0..1, nan where unknown."""
    return np.concatenate([tiles.labels, tiles.bad[:, None]], 1).astype(np.float64)


def features_of(folder: Path, tiles: Tiles) -> np.ndarray:
    """Float32 (N, F) by FEATURES, with the network of a folder."""
    network = load_network(folder).to(memory_format=torch.channels_last)  # type: ignore[arg-type,call-arg,call-overload]
    nothing = Fusion((), np.empty(0), np.empty(0), len(FEATURES))
    return np.stack(SeamVerifier(network, nothing, in_bf16("auto")).features(views_of(tiles)))


def fitted(x: np.ndarray, answers: np.ndarray, photo: np.ndarray) -> Fusion:
    """x: float32 (N, F). answers: float64 (N, A), probabilities, nan where unknown; a tile counts for both sides by its
    share. photo: int (N,)."""
    trees, curves = [], []
    for index in range(answers.shape[1]):
        known = np.isfinite(answers[:, index])
        rows, share, source = x[known], answers[known, index], photo[known]
        curves.append(_curve(_unseen_scores(rows, share, source), share))
        trees.append(_boosted(rows, share))
    slope, shift = np.array(curves, np.float64).T
    return Fusion(trees, np.ascontiguousarray(slope), np.ascontiguousarray(shift), x.shape[1])


def _boosted(x: np.ndarray, share: np.ndarray) -> BoostedTrees:
    return as_arrays(HistGradientBoostingClassifier(**SETTINGS).fit(*_both_sides(x, share)))


def _unseen_scores(x: np.ndarray, share: np.ndarray, photo: np.ndarray) -> np.ndarray:
    """Log odds of every row by trees that did not see its photograph."""
    fold = np.random.default_rng(1).permutation(int(photo.max()) + 1)[photo] % FOLDS
    scores = np.zeros(len(x))
    for one in np.unique(fold):
        scores[fold == one] = _boosted(x[fold != one], share[fold != one]).scores(x[fold == one])
    return scores


def _curve(scores: np.ndarray, share: np.ndarray) -> tuple[float, float]:
    """(slope, shift)."""
    model = LogisticRegression(C=100.0).fit(*_both_sides(scores[:, None], share))
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def _both_sides(x: np.ndarray, share: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return np.concatenate([x, x]), np.repeat([1, 0], len(x)), np.concatenate([share, 1 - share])


def checked(fusion: Fusion, x: np.ndarray, answers: np.ndarray) -> dict[str, dict[str, float]]:
    """By answer: area under the curve and expected calibration error, of labels above a half."""
    said, found = fusion.probabilities(x), {}
    for index, name in enumerate(ANSWERS):
        known = np.isfinite(answers[:, index])
        p, truth = said[known, index], answers[known, index] > 0.5
        found[name] = {"auc": round(figures(p, truth)["auc"], 4), "ece": round(calibration_error(p, truth), 4)}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiles", type=Path, default=Path("runs/verifier_tiles/calibrate"))
    parser.add_argument("--folder", type=Path, default=weights_folder(EMBEDDED), help="of the exported network")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    tiles = joined(list(shards(args.tiles)))
    x, answers = features_of(args.folder, tiles), answers_of(tiles)
    first = np.random.default_rng(0).permutation(int(tiles.photo.max()) + 1)[tiles.photo] % 2 == 0
    half = fitted(x[first], answers[first], tiles.photo[first])
    check = checked(half, x[~first], answers[~first])
    fitted(x, answers, tiles.photo).save(args.folder)
    note = args.folder / "training.json"
    trained = json.loads(note.read_text()) if note.is_file() else {}
    note.write_text(json.dumps(trained | {"calibration_tiles": len(tiles), "checked": check}, indent=2) + "\n")
    print(json.dumps(check, indent=1))


if __name__ == "__main__":
    main()
