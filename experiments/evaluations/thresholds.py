"""Choose `detect.min_confidence`: what every threshold finds of rendered overlays and touches of clean photographs.

    python -m experiments.evaluations.thresholds --split calibrate --per-kind 24

Found: at least 70% of an overlay's alpha mass in the quads at or above the threshold. Touched: any such quad on a clean
photograph. Every photograph is looked at in five versions (`versions`), since a hundred of them are too few to tell one
in fifty from one in a hundred. The thresholds tried are those that touch the shares SHARES of all versions.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict

import cv2
import numpy as np
import torch

from experiments.datasets import photo_paths, read_rgb
from experiments.evaluations.rendered import rendered_cases
from operators.detection.cores import Box
from operators.detection.finder import load_finder
from operators.ingest import decode
from operators.options import DetectOptions

FOUND_MASS = 0.7
SHARES = (0.0, 0.005, 0.01, 0.02, 0.03, 0.05)
REDUCED, PART = 0.6, 0.75  # of the sides


def versions(rgb: np.ndarray) -> list[np.ndarray]:
    """A uint8 (H, W, 3) photograph as it is, mirrored, reduced, and two parts of it."""
    height, width = (round(PART * n) for n in rgb.shape[:2])
    small = cv2.resize(rgb, None, fx=REDUCED, fy=REDUCED, interpolation=cv2.INTER_AREA)
    return [rgb, rgb[:, ::-1].copy(), small, rgb[:height, :width].copy(), rgb[-height:, -width:].copy()]


def mass(alpha: np.ndarray, boxes: list[Box], least: float) -> float:
    """Share of the alpha mass inside the quads at or above `least`."""
    inside = np.zeros(alpha.shape, np.uint8)
    for box in boxes:
        if box.confidence >= least:
            cv2.fillConvexPoly(inside, np.rint((box.quad - 0.5) * 16).astype(np.int32), 1, shift=4)
    return float(alpha[inside > 0].sum() / max(alpha.sum(), 1e-6))


def _surest(boxes: list[Box]) -> float:
    return max((box.confidence for box in boxes), default=0.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", default="calibrate")
    parser.add_argument("--per-kind", type=int, default=24)
    parser.add_argument("--segmenter", default="embedded")
    parser.add_argument("--judge", default=DetectOptions().judge)
    parser.add_argument("--binarize", type=float, default=DetectOptions().binarize)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    options = DetectOptions(segmenter=arguments.segmenter, judge=arguments.judge, binarize=arguments.binarize)
    finder = load_finder(options)
    clean = [[_surest(finder.boxes(version, options)) for version in versions(read_rgb(path))]
             for path in photo_paths(arguments.split)]
    surest = sorted(np.ravel(clean).tolist(), reverse=True)
    seen: dict[str, list[tuple[np.ndarray, list[Box]]]] = defaultdict(list)
    for case in rendered_cases(arguments.split, arguments.per_kind):
        boxes = finder.boxes(decode(case.data, max_pixels=2**62).rgb, options)
        seen[case.overlay.kind].append((case.overlay.alpha, boxes))
    for share in SHARES:
        least = round(surest[int(share * len(surest))] + 0.0005, 4)
        found = {kind: round(float(np.mean([mass(*case, least) >= FOUND_MASS for case in cases])), 3)
                 for kind, cases in seen.items()}
        whole = sum(confidences[0] >= least for confidences in clean)
        print(json.dumps({"touched": share, "photographs": whole, "of": len(clean), "min_confidence": least,
                          "mean": round(float(np.mean(list(found.values()))), 3)} | found), flush=True)


if __name__ == "__main__":
    main()
