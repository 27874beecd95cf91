"""Fit how sure detector and segmenter are together (`operators.detection.agreement`) on rendered views.

    python -m experiments.training.matte.agreement --views runs/judge_views --count 900

The views are of photographs that the networks did not train on (`views.render --for judges`). Puts coefficients into
the config.json beside the weights. Choose `detect.min_confidence` afterwards with `experiments.evaluations.thresholds`
on other photographs.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from scipy.optimize import minimize

from experiments.training.box_truth import BARE, OVERLAID, covered_pixels, share_under
from experiments.training.views.view import View, load_views
from operators.detection.agreement import NAMES, Agreement, terms
from operators.detection.cores import Box
from operators.detection.finder import Finder
from operators.detection.letterbox import letterbox
from operators.detection.network import load_detector
from operators.matting.network import load_network
from operators.models.embedded import weights_folder
from operators.models.segmenter import EMBEDDED
from operators.options import DetectOptions

RIDGE = 1e-2
PLAIN = Agreement((0.0,) * len(NAMES), (0.0,) * len(NAMES))


def boxes_with_truth(view: View, finder: Finder, options: DetectOptions) -> list[tuple[Box, bool]]:
    """Boxes with their evidence, and whether they hold overlay; boxes of which nobody could say are left out."""
    boxed = letterbox(view.image, options.size)
    covered = covered_pixels(view.alpha, (boxed.width, boxed.height))
    rows = []
    for box in finder.in_letterbox(boxed, options):
        share = share_under(box.quad, covered) or 0.0
        if share >= OVERLAID or share <= BARE:
            rows.append((box, share >= OVERLAID))
    return rows


def fit(rows: list[tuple[Box, bool]]) -> tuple[float, ...]:
    """Coefficients of a ridge logistic regression, both classes weighing the same."""
    x = np.array([terms(box.evidence) for box, _ in rows])
    y = np.array([truth for _, truth in rows])
    weight = np.where(y, 0.5 / max(y.sum(), 1), 0.5 / max((~y).sum(), 1))

    def loss(w: np.ndarray) -> float:
        margin = np.where(y, 1, -1) * (x @ w)
        return float((weight * np.logaddexp(0, -margin)).sum() + RIDGE * (w[1:] ** 2).sum() / 100)

    return tuple(round(float(v), 4) for v in minimize(loss, np.zeros(x.shape[1])).x)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--views", type=Path, default=Path("runs/judge_views"))
    parser.add_argument("--shards", default="*.safetensors", help="which of the shards")
    parser.add_argument("--count", type=int, default=700)
    parser.add_argument("--folder", type=Path, default=weights_folder(EMBEDDED), help="the segmenter's weights")
    args = parser.parse_args()
    torch.set_num_threads(1)
    options = DetectOptions()
    finder = Finder(load_detector(options), load_network(str(args.folder / "model.safetensors"), True), PLAIN)
    rows: list[tuple[Box, bool]] = []
    shards = sorted(args.views.glob(args.shards))
    chosen = np.random.default_rng(5).permutation(len(shards))[: -(-args.count // 32)]
    for number in chosen:
        for view in load_views(shards[number]):
            rows += boxes_with_truth(view, finder, options)
    found: dict[str, tuple[float, ...]] = {}
    for source in ("detector", "segmenter"):
        own = [row for row in rows if row[0].source == source]
        found[source] = fit(own)
        print(source, f"{sum(t for _, t in own)} of {len(own)} boxes hold overlay", dict(zip(NAMES, found[source],
                                                                                            strict=True)))
    path = args.folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"agreement": found}, indent=2) + "\n")


if __name__ == "__main__":
    main()
