"""Sheets of fills to look at: holes of every class, chosen by the seed alone, as every method fills them.

    python -m experiments.evaluations.fill_sheets --split eval --out sheets          # a JPEG a class
    python -m experiments.evaluations.fill_sheets --split library --together --out docs/fills

In bands of twelve tiles. Rows of a band: the hole, the truth, Telea, harmonic, prior and diffusion, both at
--temperature, with grain. Together: as many tiles of every class on one sheet, of photographs that may be shown.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import torch

from experiments.evaluations.holes_by_class import CLASSES, SIZE, holes_of
from experiments.evaluations.laid import laid
from operators.baselines import telea
from operators.fill.diffusion import load_diffusion
from operators.fill.generator import Generator
from operators.fill.grain import add_grain
from operators.fill.harmonic import fill_membrane
from operators.fill.prior import load_prior

TILES, ACROSS = 48, 12
VIEW = 128  # px of each crop that is shown
VEIL = np.array([1.0, 0.0, 1.0], np.float32)  # of the hole
GAP = 4  # px


def column(
    generators: Sequence[Generator], truth8: np.ndarray, hole: np.ndarray, known: np.ndarray, seed: int,
    temperature: float, grain: bool,
) -> np.ndarray:
    """uint8 (rows * VIEW, VIEW, 3) RGB: the middle of a crop by every method. truth8: uint8 (H, W, 3)."""
    truth = truth8.astype(np.float32) / 255
    base = fill_membrane(truth, hole)
    filled = [laid(one, base, hole, known, temperature, seed) for one in generators]
    filled = [add_grain(one, hole, seed) for one in filled] if grain else filled
    rows = [np.where(hole[..., None], VEIL, truth), truth, telea(truth8, hole).astype(np.float32) / 255, base, *filled]
    start = (len(truth) - VIEW) // 2
    middle = np.s_[start : start + VIEW, start : start + VIEW]
    return np.vstack([np.rint(np.clip(row[middle], 0, 1) * 255).astype(np.uint8) for row in rows])


def sheet(columns: Sequence[np.ndarray], across: int = ACROSS) -> np.ndarray:
    """uint8 (H, W, 3) RGB: columns side by side, in bands of `across`, white between the bands."""
    bands = []
    for start in range(0, len(columns), across):
        band = list(columns[start : start + across])
        band += [np.full_like(columns[0], 255)] * (across - len(band))
        bands += [np.hstack(band), np.full((GAP, across * columns[0].shape[1], 3), 255, np.uint8)]
    return np.vstack(bands[:-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", default="eval")
    parser.add_argument("--tiles", type=int, default=TILES)
    parser.add_argument("--seed", type=int, default=1, help="of the holes: others than those measured")
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--together", action="store_true", help="all classes on one sheet")
    parser.add_argument("--quality", type=int, default=85, help="of the JPEG")
    parser.add_argument("--no-grain", action="store_true")
    parser.add_argument("--out", type=Path, required=True, help="a folder")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    assert SIZE >= VIEW
    generators = (load_prior(), load_diffusion())
    arguments.out.mkdir(parents=True, exist_ok=True)
    sheets: dict[str, list[np.ndarray]] = {}
    for kind in CLASSES:
        count = arguments.tiles // (len(CLASSES) if arguments.together else 1)
        holes = holes_of(kind, count, arguments.split, arguments.seed)
        sheets.setdefault("all" if arguments.together else kind.replace(" ", "_"), []).extend(
            column(generators, holes.truth[i], holes.hole[i], holes.known[i], i, arguments.temperature,
                   not arguments.no_grain) for i in range(count))
    for name, columns in sheets.items():
        path = arguments.out / f"{name}.jpg"
        cv2.imwrite(str(path), sheet(columns)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, arguments.quality])
        print(path, flush=True)


if __name__ == "__main__":
    main()
