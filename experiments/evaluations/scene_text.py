"""Text that belongs to the scene: how much of it `target: overlay` touches, and how much `target: all` finds.

    python -m experiments.evaluations.scene_text

Touched: share of the text's area (quads of `scene_text/boxes.csv`) inside the holes of filled regions. Found: share of
the quads at least half of which lies in the quads that `target: all` would clean.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np
import torch

from experiments.datasets import data_folder, read_rgb
from operators.detection.finder import load_finder
from operators.options import DetectOptions
from pipelines.evaluation.methods import hole_of
from pipelines.library import clean_image

COVERED = 0.5


def scene_quads() -> dict[Path, list[np.ndarray]]:
    """float32 (4, 2) px quads by picture; pictures without any too."""
    folder = data_folder() / "scene_text"
    quads: dict[Path, list[np.ndarray]] = defaultdict(list)
    for path in sorted(folder.glob("*.jpg")):
        quads[path] = []
    with (folder / "boxes.csv").open() as file:
        for row in csv.DictReader(file):
            corners = [[float(row[f"{axis}{i}"]) for axis in "xy"] for i in range(1, 5)]
            quads[folder / row["file"]].append(np.array(corners, np.float32))
    return quads


def painted(quads: list[np.ndarray], shape: tuple[int, ...]) -> np.ndarray:
    """Bool (H, W): what lies in any of the quads."""
    inside = np.zeros(shape[:2], np.uint8)
    for quad in quads:
        cv2.fillConvexPoly(inside, np.rint(quad).astype(np.int32), 1)
    return inside > 0


def main() -> None:
    torch.set_num_threads(1)
    options = DetectOptions(target="all")
    finder = load_finder(options)
    area = touched = quads_found = quads_seen = pictures = 0
    for path, quads in scene_quads().items():
        rgb = read_rgb(path)
        text, hole = painted(quads, rgb.shape), hole_of(clean_image(path).regions, rgb.shape[:2])
        area, touched = area + int(text.sum()), touched + int((text & hole).sum())
        pictures += bool(hole.any())
        boxes = [b.quad for b in finder.boxes(rgb, options) if b.confidence >= options.min_confidence]
        everything = painted(boxes, rgb.shape)
        for quad in quads:
            own = painted([quad], rgb.shape)
            quads_seen += 1
            quads_found += bool((own & everything).sum() >= COVERED * own.sum())
    print(json.dumps({"area_touched": round(touched / max(area, 1), 4), "pictures_changed": pictures,
                      "found_of_all": round(quads_found / max(quads_seen, 1), 4), "quads": quads_seen}))


if __name__ == "__main__":
    main()
