"""Boxes that detector and segmenter find in rendered views and clean photographs, as numbers for the judge.

    python -m experiments.training.views.render --photos PHOTOS/train --for judges --fonts FONTS \\
        --views runs/judge_views --count 3200
    python -m experiments.training.judge.boxes --views runs/judge_views --photos PHOTOS/train --boxes runs/boxes

Views and clean photographs are those that detector and segmenter did not train on: what they know by heart would be
trusted too much. Run it again after another training of one of them, into another folder.
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

from experiments.datasets import photos_for, read_rgb
from experiments.training.box_truth import BARE, OVERLAID, covered_pixels, share_under
from experiments.training.views.photo import changed_photo
from experiments.training.views.view import View, load_views
from operators.detection.agreement import Agreement
from operators.detection.finder import Finder
from operators.detection.judge import seen_against
from operators.detection.letterbox import letterbox
from operators.detection.network import load_detector
from operators.matting.network import load_network, network_config
from operators.options import DetectOptions

MOST_TRUE, MOST_FALSE = 10, 12  # boxes of one picture, of the false ones the surest
PHOTO_SHARD = 32
BARE_SHARDS = "bare_"  # how the names of shards of clean photographs begin


def labelled(view: View, finder: Finder, options: DetectOptions) -> list[tuple[np.ndarray, int]]:
    """(numbers of `surroundings`, 1 for overlay) of some boxes of a view; those of which nobody could say are left
    out."""
    boxed = letterbox(view.image, options.size)
    sight = finder.sight(boxed, options)
    boxes = finder.evident(sight, options)
    covered = covered_pixels(view.alpha, (boxed.width, boxed.height))
    true, false = [], []
    for index, box in enumerate(boxes):
        share = share_under(box.quad, covered)
        if share is None:
            continue
        if share >= OVERLAID:
            true.append(index)
        elif share <= BARE:
            false.append(index)
    surest = sorted(false, key=lambda i: -boxes[i].confidence)[:MOST_FALSE]
    return [(seen_against(boxes, i, sight), label) for chosen, label in ((true[:MOST_TRUE], 1), (surest, 0))
            for i in chosen]


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


def _shards(args: argparse.Namespace) -> Iterator[tuple[str, Iterator[View] | list[View]]]:
    """Alternately clean photographs and views, this part's."""
    paths = sorted(args.views.glob("*.safetensors"))
    chosen = np.random.default_rng(11).permutation(len(paths))[: args.count][args.part :: args.parts]
    bare = bare_views(photos_for(args.use, list(args.photos.glob("*.jpg")))[args.part :: args.parts], args.rounds)
    for index, number in enumerate(chosen):
        photos = next(bare, None) if index % 2 == 0 else None
        if photos is not None:
            yield f"{BARE_SHARDS}{args.part}_{index:04d}", photos
        yield f"view_{paths[number].stem}", load_views(paths[number])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--views", type=Path, default=Path("runs/judge_views"))
    parser.add_argument("--photos", type=Path, required=True, help="folder of clean *.jpg photographs")
    parser.add_argument("--for", dest="use", choices=("networks", "judges", "all"), default="judges",
                        help="whose part of the photographs")
    parser.add_argument("--boxes", type=Path, default=Path("runs/boxes"))
    parser.add_argument("--segmenter", default="embedded", help="embedded, or a .safetensors path")
    parser.add_argument("--count", type=int, default=120, help="shards of views")
    parser.add_argument("--rounds", type=int, default=10, help="over the clean photographs")
    parser.add_argument("--part", type=int, default=0)
    parser.add_argument("--parts", type=int, default=1)
    parser.add_argument("--nice", type=int, default=5)
    args = parser.parse_args()
    os.nice(args.nice)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    args.boxes.mkdir(parents=True, exist_ok=True)
    options = DetectOptions(segmenter=args.segmenter)
    agreement = Agreement.of(network_config(args.segmenter))
    finder = Finder(load_detector(options), load_network(args.segmenter, True), agreement)
    for name, views in _shards(args):
        path = args.boxes / f"{name}.safetensors"
        if path.is_file():
            continue
        rows = [row for view in views for row in labelled(view, finder, options)]
        if rows:
            save_file({"numbers": np.stack([n for n, _ in rows]), "labels": np.array([y for _, y in rows], np.uint8)},
                      path)
        print(f"{name}: {len(rows)} boxes, {sum(y for _, y in rows)} of overlay", flush=True)


if __name__ == "__main__":
    main()
