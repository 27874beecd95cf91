"""Pack what a training far from the photographs of `calibrate` and from rendered views needs besides photographs: masks
of holes, and the held-out crops of its curves.

    python -m experiments.training.holes.pack --views runs/views --to runs/packed
    python -m experiments.training.prior.train --packed runs/packed --photos PHOTOS --run runs/prior --batch 256
"""

from __future__ import annotations

import argparse
from pathlib import Path

from safetensors.numpy import load_file, save_file

from experiments.training.arguments import begun
from experiments.training.holes.crops import Holes
from experiments.training.holes.held_out import held_out
from experiments.training.holes.masks import save_masks
from experiments.training.holes.predicted import product_holes
from experiments.training.views.feed import Feed

MASK_SIDE = 160  # px: room to cut views of 128 px from
MASKS = "masks.safetensors"
_AT_ONCE = 32


def pack(views: Path, folder: Path, count: int, predicted: float) -> None:
    """Write `count` masks, `predicted` of those under overlays as the product's segmenter sees them."""
    masks: list[Holes] = []
    with Feed(views, 0, product_holes(predicted)) as feed:
        while len(masks) < count:
            crops = feed.get(MASK_SIDE, _AT_ONCE)
            masks += [crop for crop in crops if crop.hole.shape == (MASK_SIDE, MASK_SIDE)]
    folder.mkdir(parents=True, exist_ok=True)
    save_masks(folder / MASKS, masks[:count])


def pack_held_out(folder: Path, side: int, count: int) -> None:
    """Write the crops of `held_out`."""
    save_file(vars(held_out(count, side)), _held_out_path(folder, side))


def packed_held_out(folder: Path, side: int, count: int) -> Holes:
    """The first `count` of them."""
    arrays = load_file(_held_out_path(folder, side))
    return Holes(*(arrays[name][:count] for name in ("truth", "hole", "known")))


def _held_out_path(folder: Path, side: int) -> Path:
    return folder / f"held_out_{side}.safetensors"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--views", type=Path, default=Path("runs/views"))
    parser.add_argument("--to", type=Path, default=Path("runs/packed"), help="where to write")
    parser.add_argument("--count", type=int, default=4000, help="masks")
    parser.add_argument("--predicted", type=float, default=0.5)
    parser.add_argument("--held-out", type=int, default=64, help="crops of each size")
    parser.add_argument("--sides", type=int, nargs="*", default=[96, 128], help="px of held-out crops")
    parser.add_argument("--threads", type=int, default=1)
    args = begun(parser)
    pack(args.views, args.to, args.count, args.predicted)
    for side in args.sides:
        pack_held_out(args.to, side, args.held_out)
    print(f"{args.count} masks and held-out crops of {args.sides} px in {args.to}")


if __name__ == "__main__":
    main()
