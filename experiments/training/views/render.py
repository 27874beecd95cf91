"""Render views for training into shards, which the training commands of detector and segmenter share.

    python -m experiments.training.views.render --photos PHOTOS/train --fonts FONTS --views runs/views --count 6000

Run it several times, or several at once with another --part each, to add shards; training picks them up as they come.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

import cv2
import numpy as np
import torch

from experiments.datasets import photos_for
from experiments.training.fonts import with_system_fonts
from experiments.training.views.draw import Sizes, draw_view
from experiments.training.views.view import View, save_views
from operators.detection.network import load_detector
from operators.options import DetectOptions

SHARD = 32


def render(paths: list[Path], fonts: Path, folder: Path, count: int, part: int, sizes: Sizes) -> None:
    """Write shards until the part has `count` views. A finished shard is never drawn again."""
    folder.mkdir(parents=True, exist_ok=True)
    book = with_system_fonts(fonts)
    detector = load_detector(DetectOptions(precision="bf16"))
    for index in range(-(-count // SHARD)):
        path = folder / f"{part:02d}_{index:05d}.safetensors"
        if path.is_file():
            continue
        rng, start = np.random.default_rng([part, index]), time.monotonic()
        views: list[View] = [draw_view(paths, book, detector, rng, sizes) for _ in range(SHARD)]
        save_views(path, views)
        print(f"{path.name}: {1000 * (time.monotonic() - start) / SHARD:.0f} ms a view", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True, help="folder of clean *.jpg photographs")
    parser.add_argument("--for", dest="use", choices=("networks", "judges", "all"), default="networks",
                        help="whose part of the photographs")
    parser.add_argument("--fonts", type=Path, required=True, help="folder of *.ttf and *.otf fonts")
    parser.add_argument("--views", type=Path, default=Path("runs/views"))
    parser.add_argument("--count", type=int, default=6000)
    parser.add_argument("--part", type=int, default=0, help="number of this process, part of the seed")
    parser.add_argument("--long", type=float, nargs=2, default=Sizes.long, help="range of the long side, px")
    parser.add_argument("--native", type=float, default=Sizes.native, help="share of views at their own scale")
    parser.add_argument("--nice", type=int, default=5)
    args = parser.parse_args()
    os.nice(args.nice)
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    paths = photos_for(args.use, list(args.photos.glob("*.jpg")))
    if not paths:
        raise SystemExit(f"no *.jpg in {args.photos}")
    render(paths, args.fonts, args.views, args.count, args.part, Sizes(tuple(args.long), args.native))


if __name__ == "__main__":
    main()
