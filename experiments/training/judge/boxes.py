"""Boxes that detector and segmenter find in rendered views and clean photographs, cut for the region classifier.

    python -m experiments.training.classifier.boxes --views runs/views --photos PHOTOS/train --boxes runs/boxes
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

from experiments.datasets import read_rgb
from experiments.training.views.photo import changed_photo
from experiments.training.views.view import View, load_views
from operators.detection.agreement import Agreement
from operators.detection.cores import Box
from operators.detection.crops import RegionCrop, region_crop
from operators.detection.finder import Finder, evidence_of
from operators.detection.letterbox import letterbox
from operators.detection.network import load_detector
from operators.matting.network import load_network, network_config
from operators.options import DetectOptions

OVERLAID, BARE = 0.06, 0.01  # share of a box under overlay from which it is one, and below which it is none
IN_SCENE = 0.3  # share of a box under known scene text from which it is text
MOST_TRUE, SUREST_FALSE, OTHER_FALSE = 5, 5, 2  # boxes of one picture
MARGIN = 6  # px on every side within which training moves a crop
PHOTO_SHARD = 64
UNKNOWN = 255


def labelled(view: View, finder: Finder, options: DetectOptions, rng: np.random.Generator,
             ) -> list[tuple[RegionCrop, int, int]]:
    """(crop, overlay 0 or 1, text 0, 1 or UNKNOWN) of some boxes of a view; of the false ones mostly the surest."""
    boxed = letterbox(view.image, options.size)
    boxes, rgb, maps = evidence_of(finder, boxed, options)
    alpha = cv2.resize(view.alpha, (boxed.width, boxed.height), interpolation=cv2.INTER_AREA) > 12
    scene = _painted(view.scene * (boxed.scale_x, boxed.scale_y), alpha.shape)
    true, false = [], []
    for box in boxes:
        inside = _painted(box.quad[None], alpha.shape)
        if not inside.any():
            continue
        share, printed = float(alpha[inside].mean()), float(scene[inside].mean())
        if share >= OVERLAID:
            true.append((box, 1, 1 if box.source == "detector" else UNKNOWN))
        elif share <= BARE:
            text = 1 if printed >= IN_SCENE else (0 if printed == 0 and len(view.scene) == 0 else UNKNOWN)
            false.append((box, 0, text))
    chosen = _some(true, MOST_TRUE, rng) + _surest(false, rng)
    return [(region_crop(box, rgb, maps, MARGIN), overlay, text) for box, overlay, text in chosen]


def _painted(quads: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    inside = np.zeros(shape, np.uint8)
    for quad in quads:
        cv2.fillConvexPoly(inside, np.rint((np.asarray(quad, np.float32) - 0.5) * 16).astype(np.int32), 1, shift=4)
    return inside > 0


def _some(rows: list[tuple[Box, int, int]], most: int, rng: np.random.Generator) -> list[tuple[Box, int, int]]:
    return [rows[i] for i in rng.permutation(len(rows))[:most]]


def _surest(rows: list[tuple[Box, int, int]], rng: np.random.Generator) -> list[tuple[Box, int, int]]:
    rows = sorted(rows, key=lambda row: -row[0].confidence)
    return rows[:SUREST_FALSE] + _some(rows[SUREST_FALSE:], OTHER_FALSE, rng)


def bare_views(photos: list[Path], rounds: int) -> Iterator[list[View]]:
    """Clean photographs as views without overlay: once as they are, then changed and JPEG-coded, mirrored or not."""
    for number in range(rounds):
        for start in range(0, len(photos), PHOTO_SHARD):
            rng = np.random.default_rng([number, start])
            yield [_bare(read_rgb(path), number > 0, rng) for path in photos[start : start + PHOTO_SHARD]]


def _bare(photo: np.ndarray, changed: bool, rng: np.random.Generator) -> View:
    if changed:
        photo = changed_photo(photo, rng)
        photo = photo[:, ::-1].copy() if rng.random() < 0.5 else photo
        data = cv2.imencode(".jpg", photo[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(60, 96))])[1]
        photo = cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)  # type: ignore[arg-type]
    none = np.zeros(photo.shape[:2], np.uint8)
    quads = np.zeros((0, 4, 2), np.float32)
    return View(photo, photo, none, np.zeros_like(photo), none, quads, quads)


def save_boxes(path: Path, rows: list[tuple[RegionCrop, int, int]]) -> None:
    """One shard: per crop size, planes, features and labels."""
    arrays: dict[str, np.ndarray] = {}
    for name, wide in (("square", False), ("strip", True)):
        own = [row for row in rows if (row[0].planes.shape[2] > row[0].planes.shape[1]) == wide]
        if own:
            arrays |= {f"{name}.planes": np.stack([crop.planes for crop, _, _ in own]),
                       f"{name}.features": np.stack([crop.features for crop, _, _ in own]),
                       f"{name}.labels": np.array([labels for _, *labels in own], np.uint8)}
    partial = path.with_suffix(".partial")
    save_file(arrays, partial)
    partial.replace(path)


def _shards(args: argparse.Namespace) -> Iterator[tuple[str, Iterator[View] | list[View]]]:
    paths = sorted(args.views.glob("*.safetensors"))
    chosen = np.random.default_rng(11).permutation(len(paths))[: args.count]
    bare = (("bare", i, views) for i, views in enumerate(bare_views(sorted(args.photos.glob("*.jpg")), args.rounds)))
    for index, views in ((i, v) for _, i, v in bare):
        if index % args.parts == args.part:
            yield f"bare_{index:04d}", views
    for number in chosen[args.part :: args.parts]:
        yield f"view_{paths[number].stem}", load_views(paths[number])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--views", type=Path, default=Path("runs/views"))
    parser.add_argument("--photos", type=Path, required=True, help="folder of clean *.jpg photographs")
    parser.add_argument("--boxes", type=Path, default=Path("runs/boxes"))
    parser.add_argument("--segmenter", default="embedded", help="embedded, or a .safetensors path")
    parser.add_argument("--count", type=int, default=200, help="shards of views")
    parser.add_argument("--rounds", type=int, default=3, help="over the clean photographs")
    parser.add_argument("--part", type=int, default=0)
    parser.add_argument("--parts", type=int, default=1)
    parser.add_argument("--nice", type=int, default=5)
    args = parser.parse_args()
    os.nice(args.nice)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    args.boxes.mkdir(parents=True, exist_ok=True)
    options = DetectOptions(segmenter=args.segmenter)
    agreement = Agreement.of(network_config("embedded"))
    finder = Finder(load_detector(options), load_network(args.segmenter, True), agreement)
    for name, views in _shards(args):
        path = args.boxes / f"{name}.safetensors"
        if not path.is_file():
            rng = np.random.default_rng(list(name.encode()))
            rows = [row for view in views for row in labelled(view, finder, options, rng)]
            save_boxes(path, rows)
            print(f"{name}: {len(rows)} boxes, {sum(row[1] for row in rows)} of overlay", flush=True)


if __name__ == "__main__":
    main()
