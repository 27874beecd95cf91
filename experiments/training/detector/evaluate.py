"""Measure the detector: overlays found per kind, clean photographs touched; or choose the thresholds.

    python -m experiments.training.detector.evaluate --photos EVAL --fonts FONTS --card
    python -m experiments.training.detector.evaluate --photos CALIBRATE --fonts FONTS --choose

Found: at least 70% of an overlay's alpha mass lies inside the quads at or above `min_confidence` (of a hole that refine
makes of them, see experiments.evaluations.found). Touched: any such quad on a clean photograph.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

import cv2
import numpy as np
import torch

from experiments.training.detector.card import figures_table, put_figures
from experiments.training.detector.cases import CLEAN, Case, clean_cases, rendered_cases
from experiments.training.fonts import held_out_fonts
from operators.detection.cores import Box, boxes_of_map
from operators.detection.letterbox import letterbox
from operators.detection.lines import join_lines
from operators.detection.network import Detector, load_detector
from operators.models.detector import embedded_config, embedded_folder
from operators.options import DetectOptions

FOUND_MASS = 0.7
MOST_TOUCHED = 0.02
BINARIZE = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)


class Seen:
    """One case as the network saw it: the map is computed once, thresholds are tried on it."""

    def __init__(self, case: Case, detector: Detector, size: int) -> None:
        boxed = letterbox(case.image, size)
        self.kind, self.ratio = case.kind, detector.shrink_ratio
        self.probability = detector.probability(boxed).astype(np.float16)
        self.alpha = cv2.resize(case.alpha, (boxed.width, boxed.height), interpolation=cv2.INTER_AREA)

    def boxes(self, binarize: float) -> list[Box]:
        """Lines at this threshold, in letterbox pixels."""
        return join_lines(boxes_of_map(self.probability.astype(np.float32), binarize, self.ratio))

    def mass(self, boxes: Iterable[Box], min_confidence: float) -> float:
        """Share of the alpha mass inside the quads at or above `min_confidence`."""
        inside = np.zeros(self.alpha.shape, np.uint8)
        for box in boxes:
            if box.confidence >= min_confidence:
                cv2.fillConvexPoly(inside, np.rint((box.quad - 0.5) * 16).astype(np.int32), 1, shift=4)
        return float(self.alpha[inside > 0].sum() / max(self.alpha.sum(), 1e-6))


def see(cases: Iterable[Case], detector: Detector, size: int) -> list[Seen]:
    return [Seen(case, detector, size) for case in cases]


def table(seen: Sequence[Seen], binarize: float, min_confidence: float) -> dict[str, dict[str, float]]:
    """Per kind: pictures, share found, mean mass; for clean photographs the share touched."""
    masses: dict[str, list[float]] = {}
    for one in seen:
        boxes = one.boxes(binarize)
        touched = float(any(box.confidence >= min_confidence for box in boxes))
        masses.setdefault(one.kind, []).append(touched if one.kind == CLEAN else one.mass(boxes, min_confidence))
    rows = {}
    for kind, values in masses.items():
        found = {"touched": np.mean(values)} if kind == CLEAN else {
            "found": np.mean(np.array(values) >= FOUND_MASS), "mass": np.mean(values)}
        rows[kind] = {"pictures": len(values)} | {n: round(float(v), 3) for n, v in found.items()}
    return rows


def choose(seen: Sequence[Seen]) -> list[tuple[float, float, float]]:
    """(found, binarize, min_confidence) for every `binarize`, best first: the least confidence that touches at most
    MOST_TOUCHED of the clean photographs, and the mean share found over the kinds there."""
    trials = []
    for binarize in BINARIZE:
        clean = [one.boxes(binarize) for one in seen if one.kind == CLEAN]
        best = sorted(max((box.confidence for box in boxes), default=0.0) for boxes in clean)
        allowed = int(MOST_TOUCHED * len(best))
        confidence = max(round(best[-1 - allowed] + 0.005, 2), round(binarize, 2))
        rows = table([one for one in seen if one.kind != CLEAN], binarize, confidence)
        trials.append((float(np.mean([row["found"] for row in rows.values()])), binarize, confidence))
    return sorted(trials, reverse=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True, help="photographs that training did not see")
    parser.add_argument("--fonts", type=Path, required=True, help="the fonts folder that training had")
    parser.add_argument("--per-kind", type=int, default=48)
    parser.add_argument("--weights", default="embedded", help="embedded, or a .safetensors path")
    parser.add_argument("--choose", action="store_true", help="try thresholds instead of using the defaults")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--card", action="store_true", help="put the figures into the embedded weights' model card")
    args = parser.parse_args()
    torch.set_num_threads(1)
    options = DetectOptions(weights=args.weights)
    fonts = held_out_fonts(args.fonts)
    cases = chain(clean_cases(args.photos), rendered_cases(args.photos, fonts, args.per_kind, args.seed))
    seen = see(cases, load_detector(options), options.size)
    trials = choose(seen) if args.choose else [(0.0, options.binarize, options.min_confidence)]
    for found, binarize, confidence in trials if args.choose else []:
        print(f"binarize {binarize:.2f} min_confidence {confidence:.2f} found {found:.3f}")
    print(json.dumps({"binarize": trials[0][1], "min_confidence": trials[0][2]}))
    rows = table(seen, trials[0][1], trials[0][2])
    for kind, row in rows.items():
        print(f"{kind:12s} {json.dumps(row)}")
    if args.card:
        figures = figures_table(rows, trials[0][1], trials[0][2], embedded_config()["samples"])
        put_figures(embedded_folder() / "README.md", figures)


if __name__ == "__main__":
    main()
