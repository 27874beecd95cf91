"""How near the line's matte is to the true alpha, on rendered overlays.

    python -m experiments.evaluations.alpha --split calibrate --per-kind 12 [--set refine.matte=learned]

handed: with the overlay's true quads instead of detection. found: with the line's own detection, over the pictures in
whose holes at least 70% of the alpha mass lies. alpha_error: mean absolute error of alpha inside the true support.
covered: share of the pixels above 0.1 that lie in the hole. growth: px the hole reaches beyond them; growth_kept: share
of pictures in which that is at most max(3 px, half the stroke width). counters: how many at least 6 px wide stay open.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from typing import Any

import numpy as np
import torch

from experiments.evaluations.handed import REFINED, run_line
from experiments.evaluations.rendered import RenderedCase, rendered_cases
from operators.measures.matte import allowed_growth, alpha_error, counters, hole_coverage, mean_growth
from operators.record import ImageRecord
from operators.render import KINDS
from pipelines.evaluation.methods import alpha_of, hole_of
from pipelines.overrides import recipe_with
from pipelines.recipe import Recipe

FOUND_MASS = 0.7
TRANSLUCENT = ("watermark", "tiled")


def matte_row(record: ImageRecord, case: RenderedCase) -> dict[str, float]:
    """The measures of one picture, and `mass`, the share of the alpha mass in its holes."""
    truth = case.overlay.alpha
    alpha, hole = alpha_of(record.regions, truth.shape), hole_of(record.regions, truth.shape)
    growth, (wide, remaining) = mean_growth(hole, truth), counters(hole, truth)
    return {"mass": float(truth[hole].sum() / max(truth.sum(), 1e-6)), "alpha_error": alpha_error(alpha, truth),
            "covered": hole_coverage(hole, truth), "growth": growth, "growth_kept": growth <= allowed_growth(truth),
            "counters": wide, "open": remaining}


def summary(rows: list[dict[str, float]]) -> dict[str, Any]:
    """Means over pictures; `open` over all their counters."""
    if not rows:
        return {"pictures": 0}
    means = {name: round(float(np.mean([row[name] for row in rows])), 4)
             for name in ("mass", "alpha_error", "covered", "growth", "growth_kept")}
    wide = sum(row["counters"] for row in rows)
    opened = round(sum(row["open"] for row in rows) / wide, 3) if wide else None
    return {"pictures": len(rows), **means, "counters": int(wide), "open": opened}


def measure(split: str, per_kind: int, recipe: Recipe, kinds: tuple[str, ...], handed: bool) -> dict[str, Any]:
    """Summaries per kind, and of opaque and translucent kinds together. Of the line's own finds only what it found."""
    rows: dict[str, list[dict[str, float]]] = defaultdict(list)
    for case in rendered_cases(split, per_kind, kinds):
        row = matte_row(run_line(case, recipe, handed, REFINED), case)
        if handed or row["mass"] >= FOUND_MASS:
            rows[case.overlay.kind].append(row)
    together = {name: [row for kind, some in rows.items() if (kind in TRANSLUCENT) == translucent for row in some]
                for name, translucent in (("opaque", False), ("translucent", True))}
    return {name: summary(some) for name, some in [*rows.items(), *together.items()]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", default="eval")
    parser.add_argument("--per-kind", type=int, default=24)
    parser.add_argument("--kinds", nargs="+", default=list(KINDS))
    parser.add_argument("--recipe", default="default")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="of the recipe")
    parser.add_argument("--regions", nargs="+", choices=("handed", "found"), default=["handed", "found"])
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    recipe = recipe_with(arguments.recipe, arguments.set)
    for way in arguments.regions:
        found = measure(arguments.split, arguments.per_kind, recipe, tuple(arguments.kinds), way == "handed")
        for name, row in found.items():
            print(f"{way:6s} {name:12s} {json.dumps(row)}", flush=True)


if __name__ == "__main__":
    main()
