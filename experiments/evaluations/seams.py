"""Visible seams: holes whose rim is far from the truth, with hard masks, with soft ones, and with the whole line.

    python -m experiments.evaluations.seams --split eval --per-kind 12

A seam is visible when the mean CIEDE2000 to the truth exceeds 5 over the hole's pixels within 4 px of its edge. Rows:
hard masks, one candidate and nobody who looks; soft masks in the same line; soft masks with the gate and the remedies
(recipe `balanced`). Rendered overlays of all kinds; a hole is a connected part of what the line changed, and each
line's own holes are counted. Means a picture, and their reduction with a 95% interval (bootstrap over pictures).
"""

from __future__ import annotations

import argparse
import json

import cv2
import numpy as np

from experiments.evaluations.rendered import rendered_cases
from operators.measures.distance import distance_to_zero
from operators.measures.truth import delta_e
from pipelines.evaluation.methods import hole_of
from pipelines.library import clean_image
from pipelines.recipe import Recipe, load_recipe

FAR, WIDTH = 5.0, 4  # CIEDE2000; px inside the hole
LEAST = 32  # px of a hole that counts
ROUNDS = 2000
ALONE = {"verify.weights": "none", "fill.candidates": 1}
LINES: dict[str, tuple[str, dict[str, object]]] = {
    "hard": ("balanced", ALONE | {"refine.alpha": "hard"}), "soft": ("balanced", ALONE), "whole": ("balanced", {})}


def seams(result: np.ndarray, truth: np.ndarray, hole: np.ndarray) -> tuple[int, int]:
    """(visible seams, holes). result, truth: uint8 (H, W, 3). hole: bool (H, W)."""
    lab = [cv2.cvtColor(v.astype(np.float32) / 255, cv2.COLOR_RGB2LAB).astype(np.float64) for v in (result, truth)]
    difference = delta_e(*lab)
    rim = hole & (distance_to_zero(hole) <= WIDTH)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(hole.astype(np.uint8), connectivity=8)
    large = [k for k in range(1, count) if stats[k][cv2.CC_STAT_AREA] >= LEAST]
    return sum(float(difference[rim & (labels == k)].mean()) > FAR for k in large), len(large)


def measure(split: str, per_kind: int) -> dict[str, np.ndarray]:
    """By line: int (N, 2), visible seams and holes of every picture."""
    recipes: dict[str, Recipe] = {name: load_recipe(*line) for name, line in LINES.items()}
    rows: dict[str, list[tuple[int, int]]] = {name: [] for name in LINES}
    for case in rendered_cases(split, per_kind):
        for name, recipe in recipes.items():
            result = clean_image(case.data, recipe)
            if result.pixels is None:
                raise RuntimeError(f"{case.key}: {result.error}")
            rows[name].append(seams(result.pixels, case.photo, hole_of(result.regions, case.photo.shape[:2])))
    return {name: np.array(found) for name, found in rows.items()}


def reduction(before: np.ndarray, after: np.ndarray) -> list[float]:
    """[share, low, high] by which the number of visible seams falls. Both int (N,), of the same pictures."""
    rows = np.random.default_rng(0).integers(len(before), size=(ROUNDS, len(before)))
    shares = 1 - after[rows].sum(1) / np.maximum(before[rows].sum(1), 1)
    low, high = np.quantile(shares, (0.025, 0.975))
    return [round(float(v), 3) for v in (1 - after.sum() / max(before.sum(), 1), low, high)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", default="eval")
    parser.add_argument("--per-kind", type=int, default=12)
    arguments = parser.parse_args()
    found = measure(arguments.split, arguments.per_kind)
    for name, rows in found.items():
        print(json.dumps({"line": name, "pictures": len(rows), "visible": int(rows[:, 0].sum()),
                          "holes": int(rows[:, 1].sum())}))
    for name in ("soft", "whole"):
        print(json.dumps({"reduction": f"hard to {name}", "share": reduction(found["hard"][:, 0], found[name][:, 0])}))


if __name__ == "__main__":
    main()
