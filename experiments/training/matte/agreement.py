"""Fit how sure detector and segmenter are together (`operators.detection.agreement`) on rendered views.

    python -m experiments.training.matte.agreement --views runs/judge_views --count 900

The views are of photographs that the networks did not train on (`views.render --for judges`). Puts coefficients into
the config.json beside the weights. Choose `detect.min_confidence` afterwards with `experiments.evaluations.thresholds`
on other photographs.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from scipy.optimize import minimize

from experiments.training.box_truth import BARE, OVERLAID, covered_pixels, share_under
from experiments.training.views.view import View, load_views
from operators.detection.agreement import NAMES, Agreement, terms
from operators.detection.cores import Box
from operators.detection.finder import Finder
from operators.detection.letterbox import Letterbox, letterbox
from operators.detection.network import load_detector
from operators.matting.network import load_network
from operators.measures.odds import logit
from operators.models.embedded import weights_folder
from operators.models.segmenter import EMBEDDED
from operators.options import DetectOptions

RIDGE = 1e-2
WRITTEN = 0.5  # share of a box on a line of the scene from which it is that line
FALSE_TEXT = 0.05  # of the boxes without any text that the target `all` takes for some
PLAIN = Agreement((0.0,) * len(NAMES), (0.0,) * len(NAMES))

Rows = list[tuple[Box, bool]]


def boxes_with_truth(view: View, finder: Finder, targets: Sequence[DetectOptions]) -> list[Rows]:
    """For each of the targets boxes with their evidence, and whether they hold overlay (or, for the target `all`, text
    of any kind); boxes of which nobody could say are left out."""
    boxed = letterbox(view.image, targets[0].size)
    sight, covered = finder.sight(boxed, targets[0]), covered_pixels(view.alpha, (boxed.width, boxed.height))
    return [_with_truth(finder.evident(sight, options), covered,
                        _written(view, boxed) if options.target == "all" else np.zeros_like(covered))
            for options in targets]


def _with_truth(boxes: list[Box], covered: np.ndarray, written: np.ndarray) -> Rows:
    rows = []
    for box in boxes:
        share, text = share_under(box.quad, covered) or 0.0, share_under(box.quad, written) or 0.0
        if share >= OVERLAID or text >= WRITTEN:
            rows.append((box, True))
        elif share <= BARE and text <= BARE:
            rows.append((box, False))
    return rows


def _written(view: View, boxed: Letterbox) -> np.ndarray:
    """Bool (H, W) of the letterbox's content: where the scene's own lines are."""
    canvas = np.zeros((boxed.height, boxed.width), np.uint8)
    scale = np.array([boxed.width / view.image.shape[1], boxed.height / view.image.shape[0]])
    for quad in view.scene:
        cv2.fillConvexPoly(canvas, np.rint(quad * scale).astype(np.int32), 1)
    return canvas > 0


def on_scale(coefficients: tuple[float, ...], rows: Rows, sure: float) -> tuple[float, ...]:
    """The coefficients, their bias moved so that FALSE_TEXT of the boxes without text reach the confidence `sure`."""
    scores = np.array([np.dot(coefficients, terms(box.evidence)) for box, truth in rows if not truth])
    moved = logit(sure) - float(np.quantile(scores, 1 - FALSE_TEXT))
    return round(coefficients[0] + moved, 4), *coefficients[1:]


def fit(rows: Rows) -> tuple[float, ...]:
    """Coefficients of a ridge logistic regression, both classes weighing the same."""
    x = np.array([terms(box.evidence) for box, _ in rows])
    y = np.array([truth for _, truth in rows])
    weight = np.where(y, 0.5 / max(y.sum(), 1), 0.5 / max((~y).sum(), 1))

    def loss(w: np.ndarray) -> float:
        margin = np.where(y, 1, -1) * (x @ w)
        return float((weight * np.logaddexp(0, -margin)).sum() + RIDGE * (w[1:] ** 2).sum() / 100)

    return tuple(round(float(v), 4) for v in minimize(loss, np.zeros(x.shape[1])).x)


def _fitted(views: Iterable[View], finder: Finder) -> dict[str, tuple[float, ...]]:
    """Coefficients by the name they have in config.json, printed with what they rest on."""
    everything = DetectOptions(target="all")
    looked = [boxes_with_truth(view, finder, (DetectOptions(), everything)) for view in views]
    rows, text = ([row for of_view in looked for row in of_view[target]] for target in (0, 1))
    found: dict[str, tuple[float, ...]] = {}
    for name, of in (("detector", rows), ("segmenter", rows), ("text", text)):
        own = [row for row in of if row[0].source == ("segmenter" if name == "segmenter" else "detector")]
        found[name] = fit(own)
        print(f"{name}: {sum(truth for _, truth in own)} of {len(own)} boxes hold it", found[name])
        if name == "text":
            found[name] = on_scale(found[name], own, everything.min_confidence)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--views", type=Path, default=Path("runs/judge_views"))
    parser.add_argument("--shards", default="*.safetensors", help="which of the shards")
    parser.add_argument("--count", type=int, default=700)
    parser.add_argument("--folder", type=Path, default=weights_folder(EMBEDDED), help="the segmenter's weights")
    args = parser.parse_args()
    torch.set_num_threads(1)
    network = load_network(str(args.folder / "model.safetensors"), True)
    finder = Finder(load_detector(DetectOptions()), network, PLAIN)
    shards = sorted(args.views.glob(args.shards))
    chosen = np.random.default_rng(5).permutation(len(shards))[: -(-args.count // 32)]
    views = (view for number in chosen for view in load_views(shards[number]))
    found = _fitted(views, finder)
    path = args.folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"agreement": found}, indent=2) + "\n")


if __name__ == "__main__":
    main()
