"""The whole line on rendered photographs, nothing handed over: PSNR inside the true mask by kind of overlay.

    python -m experiments.evaluations.kinds --split eval --per-kind 24

Beside it, on the same pictures: unchanged, and Telea told the true mask (grown by 1 px). mask: alpha > 0.05. found: at
least 70% of the overlay's alpha mass in the holes. Means with 95% bootstrap intervals; `gain` is the paired difference
to Telea.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np
import torch

from experiments.evaluations.fills import interval
from experiments.evaluations.rendered import RenderedCase, rendered_cases
from operators.baselines import grown, telea
from operators.ingest import decode
from operators.measures.matte import SUPPORT
from operators.measures.truth import psnr_in_mask
from operators.render import KINDS
from pipelines.evaluation.methods import hole_of
from pipelines.library import clean_image
from pipelines.overrides import recipe_with
from pipelines.recipe import Recipe

MOST = 60.0  # dB
FOUND = 0.7  # share of the alpha mass
GOAL = 20.0  # dB on average over the kinds
METHODS = ("unchanged", "telea", "ours")


def picture_row(case: RenderedCase, recipe: Recipe) -> dict[str, float]:
    """PSNR inside the true mask by METHODS, and whether the overlay was found."""
    mask, before = case.overlay.alpha > SUPPORT, decode(case.data, max_pixels=2**62).rgb8()
    result = clean_image(case.data, recipe)
    pixels = before if result.pixels is None else result.pixels
    hole = hole_of(result.regions, mask.shape)
    inside = float((case.overlay.alpha * hole).sum() / max(float(case.overlay.alpha.sum()), 1e-6))
    done = {"unchanged": before, "telea": telea(before, grown(mask)), "ours": pixels}
    return {name: _psnr(one, case.photo, mask) for name, one in done.items()} | {"found": float(inside >= FOUND)}


def _psnr(result: np.ndarray, truth: np.ndarray, mask: np.ndarray) -> float:
    return min(psnr_in_mask(result.astype(np.float32) / 255, truth.astype(np.float32) / 255, mask), MOST)


def summary(rows: list[dict[str, float]]) -> dict[str, list[float]]:
    """Of one kind: intervals of METHODS, of found, and of the gain over Telea."""
    of = {name: np.array([row[name] for row in rows]) for name in (*METHODS, "found")}
    return {name: interval(values) for name, values in of.items()} | {"gain": interval(of["ours"] - of["telea"])}


def verdict(table: dict[str, dict[str, list[float]]]) -> dict[str, float]:
    """Means over the kinds of METHODS, and on how many kinds ours is above Telea."""
    means = {name: round(float(np.mean([row[name][0] for row in table.values()])), 2) for name in METHODS}
    return means | {"kinds": len(table), "above_telea": sum(row["gain"][0] > 0 for row in table.values())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", default="eval")
    parser.add_argument("--per-kind", type=int, default=24)
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), choices=KINDS)
    parser.add_argument("--recipe", default="default")
    parser.add_argument("--set", action="append", default=[], help="section.option=value")
    parser.add_argument("--out", type=Path, help="a JSON file")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    recipe = recipe_with(arguments.recipe, arguments.set)
    rows: dict[str, list[dict[str, float]]] = defaultdict(list)
    for case in rendered_cases(arguments.split, arguments.per_kind, arguments.kinds):
        rows[case.overlay.kind].append(picture_row(case, recipe))
    table = {kind: summary(found) for kind, found in rows.items()}
    for kind, row in table.items():
        print(f"{kind:12s} {json.dumps(row)}", flush=True)
    total = verdict(table)
    print(f"{json.dumps(total)}; goal: ours at least {GOAL:g} dB, above Telea on 6 of 8 kinds")
    if arguments.out:
        arguments.out.write_text(json.dumps({"kinds": table, "all": total}, indent=1) + "\n")


if __name__ == "__main__":
    main()
