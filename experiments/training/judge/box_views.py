"""Views of boxes with and without overlay, for the box classifier: what detector and segmenter hold for overlay in
rendered views and in clean photographs, the true boxes moved about, and boxes anywhere.

    python -m experiments.training.judge.box_views --views runs/views --photos PHOTOS/train --out runs/box_views

Run several at once with another --part each. The photographs are those `for networks`: the judge is fitted to the
classifier's answers on the others.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import torch
from safetensors.numpy import save_file

from experiments.datasets import photos_for
from experiments.training.box_truth import BARE, OVERLAID, covered_pixels, share_under
from experiments.training.judge.boxes import bare_views
from experiments.training.views.view import View, load_views
from operators.detection.box_view import box_view
from operators.detection.cores import boxes_of_map
from operators.detection.covered import covered_boxes
from operators.detection.letterbox import letterbox
from operators.detection.lines import join_lines
from operators.detection.network import Detector, load_detector
from operators.detection.quads import box_quad, sides
from operators.matting.network import Segmenter, load_network
from operators.options import DetectOptions

BINARIZE = (0.1, 0.2)  # of the detector's map: what is hardly a box is a lesson, too
COVERED = 0.35  # coverage at which a box of the segmenter begins, the same
MOST, ANYWHERE = 10, 2  # boxes of one picture without overlay; boxes anywhere besides
JITTER = 0.12  # of a true box's height


def views_of(view: View, detector: Detector, segmenter: Segmenter, rng: np.random.Generator
             ) -> list[tuple[np.ndarray, int]]:
    """(uint8 view of a box, 1 for overlay), at the scale of the letterbox."""
    boxed = letterbox(view.image, DetectOptions().size)
    content = boxed.canvas[: boxed.height, : boxed.width]
    covered = covered_pixels(view.alpha, (boxed.width, boxed.height))
    quads = [*_true(view, boxed.scale_x, rng), *_held_for_overlay(boxed, content, detector, segmenter),
             *(_anywhere(content.shape, rng) for _ in range(ANYWHERE))]
    rows: list[tuple[np.ndarray, int]] = []
    for index in rng.permutation(len(quads)):
        share = share_under(quads[index], covered)
        if share is not None and (share >= OVERLAID or share <= BARE):
            label = int(share >= OVERLAID)
            if sum(y == label for _, y in rows) < MOST:
                rows.append((box_view(content, quads[index]), label))
    return rows


def _true(view: View, scale: float, rng: np.random.Generator) -> list[np.ndarray]:
    """The quads of overlay and of the scene's text, each moved about, now and then only a part of one."""
    quads = []
    for quad in np.concatenate([view.quads, view.scene]) * scale:
        if rng.random() < 0.3:
            first, last = sorted(rng.random(2))
            first, last = (first, last) if last - first > 0.3 else (0.0, 1.0)
            top, below = quad[1] - quad[0], quad[2] - quad[3]
            quad = np.stack([quad[0] + first * top, quad[0] + last * top, quad[3] + last * below,
                             quad[3] + first * below])
        quads.append((quad + rng.normal(0, JITTER * min(sides(quad)), (4, 2))).astype(np.float32))
    return quads


def _held_for_overlay(boxed, content, detector: Detector, segmenter: Segmenter) -> list[np.ndarray]:  # type: ignore[no-untyped-def]
    maps = detector.maps(boxed)
    coverage = segmenter.look(content.astype(np.float32) / 255, maps[0]).coverage
    lines = [box for level in BINARIZE for box in join_lines(boxes_of_map(maps[0], level, detector.shrink_ratio))]
    return [box.quad for box in lines + covered_boxes(np.clip(coverage + 0.5 - COVERED, 0, 1), [])]


def _anywhere(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    height = float(np.exp(rng.uniform(np.log(8), np.log(0.35 * min(shape[:2])))))
    width = min(height * float(np.exp(rng.uniform(0, np.log(8)))), 0.95 * shape[1])
    x, y = float(rng.uniform(0, shape[1] - width)), float(rng.uniform(0, shape[0] - height))
    return box_quad(x, y, x + width, y + height)


def _shards(args: argparse.Namespace) -> Iterator[tuple[str, Iterator[View] | list[View]]]:
    """Alternately clean photographs and views, this part's."""
    bare = bare_views(photos_for("networks", list(args.photos.glob("*.jpg")))[args.part :: args.parts], args.rounds)
    for index, path in enumerate(sorted(args.views.glob("*.safetensors"))[args.part :: args.parts]):
        photos = next(bare, None)
        if photos is not None:
            yield f"bare_{args.part}_{index:04d}", photos
        yield f"view_{path.stem}", load_views(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--views", type=Path, default=Path("runs/views"))
    parser.add_argument("--photos", type=Path, required=True, help="folder of clean *.jpg photographs")
    parser.add_argument("--out", type=Path, default=Path("runs/box_views"))
    parser.add_argument("--segmenter", default="embedded", help="embedded, or a .safetensors path")
    parser.add_argument("--rounds", type=int, default=6, help="over the clean photographs")
    parser.add_argument("--part", type=int, default=0)
    parser.add_argument("--parts", type=int, default=1)
    parser.add_argument("--nice", type=int, default=5)
    args = parser.parse_args()
    os.nice(args.nice)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    args.out.mkdir(parents=True, exist_ok=True)
    detector = load_detector(DetectOptions(precision="bf16"))
    segmenter = load_network(args.segmenter, True)
    for name, views in _shards(args):
        path, rng = args.out / f"{name}.safetensors", np.random.default_rng(list(name.encode()))
        if path.is_file():
            continue
        rows = [row for view in views for row in views_of(view, detector, segmenter, rng)]
        if rows:
            save_file({"views": np.stack([v for v, _ in rows]), "labels": np.array([y for _, y in rows], np.uint8)},
                      path)
        print(f"{name}: {len(rows)} boxes, {sum(y for _, y in rows)} of overlay", flush=True)


if __name__ == "__main__":
    main()
