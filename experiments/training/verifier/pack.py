"""Make tiles for the seam verifier: shards of safetensors.

    python -m experiments.training.verifier.pack --count 3200 --views runs/views --tiles runs/verifier_tiles/train
    python -m experiments.training.verifier.pack --count 560 --split calibrate --tiles runs/verifier_tiles/calibrate

Five tiles a crop. Run again to go on; a finished shard is never made again.
"""

from __future__ import annotations

import argparse
import os
import time
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import torch

from experiments.training.verifier.crops import photo_crops, view_crops
from experiments.training.verifier.fills import Fills
from experiments.training.verifier.tiles import joined, save_tiles, tiles_of

SHARD = 80  # crops
_PARTS = {"": 0, "calibrate": 1, "eval": 2, "train": 3}


def pack(folder: Path, count: int, split: str, views: Path) -> None:
    """Write shards until there are `count` crops of the photographs of the split, of the views when it is empty."""
    folder.mkdir(parents=True, exist_ok=True)
    fills = Fills()
    for index in range(-(-count // SHARD)):
        path = folder / f"{index:05d}.safetensors"
        if path.is_file():
            continue
        rng, start = np.random.default_rng([17, _PARTS[split], index]), time.monotonic()
        source = photo_crops(split, rng) if split else view_crops(views, rng)
        save_tiles(path, joined([tiles_of(crop, fills, rng) for crop in islice(source, min(SHARD, count))]))
        print(f"{path}: {1000 * (time.monotonic() - start) / SHARD:.0f} ms a crop", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiles", type=Path, default=Path("runs/verifier_tiles/train"), help="where to write")
    parser.add_argument("--count", type=int, default=3200, help="crops")
    parser.add_argument("--split", default="", choices=sorted(_PARTS), help="photographs, instead of views")
    parser.add_argument("--views", type=Path, default=Path("runs/views"), help="shards of training.views.render")
    parser.add_argument("--nice", type=int, default=5)
    args = parser.parse_args()
    os.nice(args.nice)
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    pack(args.tiles, args.count, args.split, args.views)


if __name__ == "__main__":
    main()
