"""Real translucent marks, fully automatic: the pairs of `pairs/estate_marks`. Measure with them, tune nothing on them.

    python -m experiments.evaluations.estate [--limit N]

PSNR inside the given mask against the picture under the mark, of the input unchanged, of the line, and of Telea's fill
with the given mask (grown by 1 px); ghost: correlation of the result's detail with the mask; found: share of pictures
in whose holes at least 70% of the mask lies.
"""

from __future__ import annotations

import argparse
import json

import numpy as np
import torch

from experiments.datasets import data_folder
from operators.baselines import grown, telea
from operators.fill.unblend import ghost
from operators.measure import psnr_in_mask
from pipelines.evaluation.loading import Loaded, load
from pipelines.evaluation.methods import hole_of
from pipelines.evaluation.pairs import find_pairs
from pipelines.library import clean_image
from pipelines.overrides import recipe_with
from pipelines.recipe import Recipe

FOUND = 0.7
MOST_PSNR = 100.0


def pair_row(pair: Loaded, recipe: Recipe) -> dict[str, float]:
    """The measures of one pair, and whether anything of it was un-blended."""
    done = clean_image(pair.data, recipe)
    after = done.pixels if done.pixels is not None else pair.before
    hole = hole_of(done.regions, pair.mask.shape)
    results = {"unchanged": pair.before, "ours": after, "telea_true": telea(pair.before, grown(pair.mask))}
    row = {f"{name}_psnr": _psnr(result, pair) for name, result in results.items()}
    shape = pair.mask.astype(np.float32)
    return row | {"ghost": ghost(after.astype(np.float32) / 255, shape),
                  "found": float(hole[pair.mask].mean() >= FOUND),
                  "unblended": float(any(region.generator == "unblend" for region in done.regions))}


def _psnr(result: np.ndarray, pair: Loaded) -> float:
    one, two = (picture.astype(np.float32) / 255 for picture in (result, pair.target))
    return min(psnr_in_mask(one, two, pair.mask), MOST_PSNR)


def summary(rows: list[dict[str, float]]) -> dict[str, float]:
    """Means of all pairs; of those that were found, `found_` in front."""
    found = [row for row in rows if row["found"]]
    table = {name: round(float(np.mean([row[name] for row in rows])), 3) for name in rows[0]}
    of_found = {f"found_{name}": round(float(np.mean([row[name] for row in found])), 3)
                for name in ("ours_psnr", "telea_true_psnr", "ghost", "unblended") if found}
    return {"pairs": len(rows)} | table | of_found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--recipe", default="default")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="of the recipe")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    recipe = recipe_with(arguments.recipe, arguments.set)
    pairs = find_pairs(str(data_folder() / "pairs" / "estate_marks"))[: arguments.limit]
    print(json.dumps(summary([pair_row(load(pair), recipe) for pair in pairs])))


if __name__ == "__main__":
    main()
