"""What recipes cost and what they give, side by side.

    python -m experiments.evaluations.recipes --split eval --per-kind 3
    python -m experiments.evaluations.recipes --recipes fast                 # the prior for every hole that is not flat
    python -m experiments.evaluations.recipes --recipes best --set fill.candidates=1 fill.diffusion_steps=8 \\
        verify.rounds=0 verify.gate=false                                    # and the diffusion inpainter

Rendered overlays of all kinds, found by the product itself, which no recipe changes. psnr: mean dB inside the true
mask. visible: seams by `evaluations.seams`. failed: share of pictures with the verdict `fail`. seconds: CPU time a
picture, one thread, after loading.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable

import cv2
import numpy as np
import torch

from experiments.evaluations.rendered import RenderedCase, rendered_cases
from experiments.evaluations.seams import seams
from operators.measure import psnr_in_mask
from operators.measures.matte import SUPPORT
from operators.verify.picture import FAIL
from pipelines.evaluation.methods import hole_of
from pipelines.library import clean_image
from pipelines.overrides import recipe_with
from pipelines.recipe import Recipe

RECIPES = ("fast", "default", "balanced", "best")


def row_of(case: RenderedCase, recipe: Recipe) -> dict[str, float]:
    """psnr, visible, holes, failed and seconds of one picture. Raises RuntimeError when the line failed on it."""
    start = time.process_time()
    result = clean_image(case.data, recipe)
    seconds = time.process_time() - start
    if result.pixels is None:
        raise RuntimeError(f"{case.key}: {result.error}")
    visible, holes = seams(result.pixels, case.photo, hole_of(result.regions, case.photo.shape[:2]))
    shown, truth = (v.astype(np.float32) / 255 for v in (result.pixels, case.photo))
    return {"psnr": psnr_in_mask(shown, truth, case.overlay.alpha > SUPPORT), "visible": visible, "holes": holes,
            "failed": float(result.verdict == FAIL), "seconds": seconds}


def summary(rows: Iterable[dict[str, float]]) -> dict[str, float]:
    """Means over pictures; visible and holes are sums."""
    table = list(rows)
    found = {name: round(float(np.mean([row[name] for row in table])), 3) for name in ("psnr", "failed", "seconds")}
    return {"pictures": len(table)} | found | {n: int(sum(row[n] for row in table)) for n in ("visible", "holes")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", default="eval")
    parser.add_argument("--per-kind", type=int, default=3)
    parser.add_argument("--recipes", nargs="+", default=list(RECIPES))
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="of every recipe")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    cases = list(rendered_cases(arguments.split, arguments.per_kind))
    for name in arguments.recipes:
        recipe = recipe_with(name, arguments.set)
        row_of(cases[0], recipe)  # loads the networks
        print(json.dumps({"recipe": name} | summary(row_of(case, recipe) for case in cases)), flush=True)


if __name__ == "__main__":
    main()
