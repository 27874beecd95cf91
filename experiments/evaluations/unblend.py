"""What un-blending gains on translucent marks over fills that are told the true mask.

    python -m experiments.evaluations.unblend --split calibrate --per-kind 24 [--kinds watermark tiled]

Mean PSNR in dB inside the true mask (alpha > 0.05) of: the line with the true quads handed over, the line on its own,
the input unchanged, Telea, Navier-Stokes and the membrane with the true mask (grown by 1 px), and un-blending with the
true alpha and colour, which only compression keeps from being exact. unblended: share of pictures in which any region
was really un-blended. ghost: mean correlation of the result's detail with the true alpha.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable

import numpy as np
import torch

from experiments.evaluations.handed import pixels_of, run_line
from experiments.evaluations.rendered import RenderedCase, rendered_cases
from operators.baselines import FILLERS, grown
from operators.fill.harmonic import fill_membrane
from operators.fill.unblend import ghost, unblend
from operators.ingest import decode
from operators.measure import psnr_in_mask
from operators.measures.matte import SUPPORT
from operators.record import ImageRecord
from pipelines.overrides import recipe_with
from pipelines.recipe import Recipe

MOST_PSNR = 100.0


def picture_row(case: RenderedCase, recipe: Recipe, *, baselines: bool = True, found: bool = True) -> dict[str, float]:
    """PSNR inside the true mask by method, ghosts, and whether anything was un-blended."""
    mask, before = case.overlay.alpha > SUPPORT, decode(case.data, max_pixels=2**62).rgb8()
    handed = run_line(case, recipe, True)
    results = {"handed": pixels_of(handed), "unchanged": before}
    row = {"handed_unblended": _unblended(handed), "handed_ghost": _ghost(results["handed"], case)}
    if found:
        own = run_line(case, recipe, False)
        results["found"] = pixels_of(own)
        row |= {"found_unblended": _unblended(own), "found_ghost": _ghost(results["found"], case)}
    if baselines:
        results |= {name: fill(before, grown(mask)) for name, fill in FILLERS.items()}
        results["true_alpha"] = _with_truth(before, case)
    return row | {f"{name}_psnr": _psnr(result, case.photo, mask) for name, result in results.items()}


def _with_truth(before: np.ndarray, case: RenderedCase) -> np.ndarray:
    back, lost = unblend(before.astype(np.float32) / 255, case.overlay.alpha, case.overlay.colour)
    return np.rint(np.clip(fill_membrane(back, lost), 0, 1) * 255).astype(np.uint8)


def _unblended(record: ImageRecord) -> float:
    return float(any(region.generator == "unblend" for region in record.regions))


def _ghost(result: np.ndarray, case: RenderedCase) -> float:
    return ghost(result.astype(np.float32) / 255, case.overlay.alpha)


def _psnr(result: np.ndarray, truth: np.ndarray, mask: np.ndarray) -> float:
    return min(psnr_in_mask(result.astype(np.float32) / 255, truth.astype(np.float32) / 255, mask), MOST_PSNR)


def means(rows: Iterable[dict[str, float]]) -> dict[str, float]:
    """Of every column, over the rows."""
    table = list(rows)
    return {name: round(float(np.mean([row[name] for row in table])), 3) for name in sorted(table[0])}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", default="eval")
    parser.add_argument("--per-kind", type=int, default=40)
    parser.add_argument("--kinds", nargs="+", default=["watermark"])
    parser.add_argument("--recipe", default="default")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="of the recipe")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    recipe = recipe_with(arguments.recipe, arguments.set)
    for kind in arguments.kinds:
        rows = [picture_row(case, recipe) for case in rendered_cases(arguments.split, arguments.per_kind, (kind,))]
        print(f"{kind:12s} {json.dumps({'pictures': len(rows)} | means(rows))}", flush=True)


if __name__ == "__main__":
    main()
