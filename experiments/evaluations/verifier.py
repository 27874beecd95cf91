"""The seam verifier on unseen photographs: does it see what is wrong, and are its probabilities what they say?

    python -m experiments.evaluations.verifier --split eval
    python -m experiments.evaluations.verifier --split eval --diagram operators/models/weights/verifier/reliability.png

By failure: area under the curve of its probability, injected ones against the photographs themselves under the same
masks, and against everything else that has a label. Real: of the risk, photographs against the worst quartile, by SSIM
in the hole, of our generators' fillings. Tiles are read from --tiles, and made there when there are none.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from experiments.training.judge.fit import figures
from experiments.training.verifier.calibration import calibration_error, reliability
from experiments.training.verifier.fills import OURS
from experiments.training.verifier.fit import answers_of
from experiments.training.verifier.pack import pack
from experiments.training.verifier.tiles import KINDS, Tiles, joined, shards, views_of
from experiments.training.verifier.truth import MEASURES
from operators.verify.features import ANSWERS
from operators.verify.verdict import FAILURES
from operators.verify.verifier import SeamVerifier, load_verifier

CROPS = 320
_TIMED, _ROUNDS = 100, 400


def judged(verifier: SeamVerifier, tiles: Tiles) -> np.ndarray:
    """Float64 (N, A) by ANSWERS: probabilities."""
    verdicts = verifier.judge(views_of(tiles))
    return np.array([[*(v.failures[name] for name in FAILURES), v.risk] for v in verdicts])


def area(wrong: np.ndarray, right: np.ndarray) -> float:
    """Area under the curve of two sets of scores."""
    scores = np.concatenate([wrong, right])
    return figures(scores, np.arange(len(scores)) < len(wrong))["auc"]


def by_failure(said: np.ndarray, tiles: Tiles) -> dict[str, dict[str, float]]:
    """Areas of each failure's own probability, and of the risk."""
    clean, found = tiles.kind == KINDS.index("clean"), {}
    for index, name in enumerate(FAILURES):
        wrong, free = tiles.kind == KINDS.index(name), tiles.labels[:, index].astype(float) < 0.5
        free &= ~wrong
        own = said[:, index]
        found[name] = {"injected": int(wrong.sum()), "against_photographs": area(own[wrong], own[clean]),
                       "against_all": area(own[wrong], own[free]),
                       "risk_against_photographs": area(said[wrong, -1], said[clean, -1])}
    return {name: {k: round(v, 4) for k, v in row.items()} for name, row in found.items()}


def worst_real(said: np.ndarray, tiles: Tiles) -> dict[str, Any]:
    """The risk of photographs against that of our generators' worst quartile, with a 95% bootstrap interval over
    tiles; and against all of theirs."""
    clean = np.flatnonzero(tiles.kind == KINDS.index("clean"))
    ours = np.flatnonzero(np.isin(tiles.kind, [KINDS.index(name) for name in OURS]))
    unlike = tiles.truth[ours, MEASURES.index("ssim")].astype(float)
    worst, rng = ours[unlike >= np.quantile(unlike, 0.75)], np.random.default_rng(0)
    drawn = [area(said[rng.choice(worst, len(worst)), -1], said[rng.choice(clean, len(clean)), -1])
             for _ in range(_ROUNDS)]
    return {"photographs": len(clean), "worst": len(worst), "auc": round(area(said[worst, -1], said[clean, -1]), 4),
            "interval": [round(float(v), 4) for v in np.quantile(drawn, (0.025, 0.975))],
            "all_of_ours": round(area(said[ours, -1], said[clean, -1]), 4)}


def calibration(said: np.ndarray, tiles: Tiles) -> tuple[dict[str, float], list[list[float]]]:
    """Expected calibration error by answer; of the risk also the table: count, said, true."""
    answers, errors = answers_of(tiles), {}
    for index, name in enumerate(ANSWERS):
        known = np.isfinite(answers[:, index])
        errors[name] = round(calibration_error(said[known, index], answers[known, index] > 0.5), 4)
    rows = reliability(said[:, -1], answers[:, -1] > 0.5)
    return errors, [[row.count, round(row.said, 3), round(row.true, 3)] for row in rows]


def milliseconds(verifier: SeamVerifier, tiles: Tiles) -> float:
    """Median of one view, one thread."""
    views, spent = views_of(tiles.at(np.arange(_TIMED))), []
    for view in views:
        start = time.perf_counter()
        verifier.judge([view])
        spent.append(1000 * (time.perf_counter() - start))
    return round(float(np.median(spent)), 1)


def diagram(path: Path, said: np.ndarray, tiles: Tiles) -> None:
    """A reliability diagram of every answer."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(2, 3, figsize=(6.6, 4.6), sharex=True, sharey=True)
    answers = answers_of(tiles)
    for index, axis in enumerate(axes.ravel()):
        known = np.isfinite(answers[:, index])
        rows = reliability(said[known, index], answers[known, index] > 0.5)
        axis.plot([0, 1], [0, 1], color="0.75", linewidth=1)
        axis.plot([r.said for r in rows], [r.true for r in rows], "o-", markersize=3, linewidth=1)
        axis.set_title(ANSWERS[index].replace("_", " "), fontsize=9)
        axis.tick_params(labelsize=7)
    figure.supxlabel("said", fontsize=9)
    figure.supylabel("true", fontsize=9)
    figure.tight_layout()
    figure.savefig(path, dpi=80)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", default="eval", choices=("calibrate", "eval"))
    parser.add_argument("--tiles", type=Path, help="folder of tiles (default: runs/verifier_tiles/SPLIT)")
    parser.add_argument("--weights", default="embedded")
    parser.add_argument("--diagram", type=Path, help="where to draw the reliability diagram, *.png")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    folder = args.tiles or Path("runs/verifier_tiles") / args.split
    if not any(folder.glob("*.safetensors")):
        pack(folder, CROPS, args.split, Path())
    verifier, tiles = load_verifier(args.weights), joined(list(shards(folder)))
    said = judged(verifier, tiles)
    errors, table = calibration(said, tiles)
    print(json.dumps({"tiles": len(tiles), "failures": by_failure(said, tiles), "real": worst_real(said, tiles),
                      "calibration_error": errors, "risk_table": table,
                      "milliseconds": milliseconds(verifier, tiles)}, indent=1))
    if args.diagram is not None:
        diagram(args.diagram, said, tiles)


if __name__ == "__main__":
    main()
