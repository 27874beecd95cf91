"""Which share of rendered overlays the line finds, and which share of clean photographs it touches.

    python -m experiments.evaluations.found --split eval --per-kind 40

Found: at least 70% of an overlay's alpha mass lies inside the hole. Touched: the bytes changed.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict

import numpy as np

from experiments.datasets import photo_paths
from experiments.evaluations.rendered import rendered_cases
from operators.measure import psnr_in_mask
from pipelines.evaluation.methods import hole_of
from pipelines.library import clean_image


def measure_found(split: str, per_kind: int, recipe: str) -> dict[str, dict[str, float]]:
    """Per kind: share found, mean share of alpha mass in the hole, PSNR in the true mask before and after."""
    table: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for case in rendered_cases(split, per_kind):
        result = clean_image(case.data, recipe)
        alpha = case.overlay.alpha
        inside = float((alpha * hole_of(result.regions, alpha.shape)).sum() / max(alpha.sum(), 1e-6))
        mask = alpha > 0.05
        after = result.pixels if result.pixels is not None else case.overlay.image
        table[case.overlay.kind].append(
            (inside, _psnr(case.overlay.image, case.photo, mask), _psnr(after, case.photo, mask))
        )
    return {kind: _summary(np.array(rows)) for kind, rows in table.items()}


def _psnr(result: np.ndarray, truth: np.ndarray, mask: np.ndarray) -> float:
    return psnr_in_mask(result.astype(np.float32) / 255, truth.astype(np.float32) / 255, mask)


def _summary(rows: np.ndarray) -> dict[str, float]:
    return {"pictures": len(rows), "found": round(float((rows[:, 0] >= 0.7).mean()), 3),
            "mass_in_hole": round(float(rows[:, 0].mean()), 3), "psnr_before": round(float(rows[:, 1].mean()), 2),
            "psnr_after": round(float(rows[:, 2].mean()), 2)}


def measure_touched(split: str, recipe: str) -> list[str]:
    """Names of the clean photographs that changed."""
    return [p.name for p in photo_paths(split) if clean_image(p, recipe).data != p.read_bytes()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", default="eval")
    parser.add_argument("--per-kind", type=int, default=40)
    parser.add_argument("--recipe", default="default")
    arguments = parser.parse_args()
    for kind, row in measure_found(arguments.split, arguments.per_kind, arguments.recipe).items():
        print(f"{kind:12s} {json.dumps(row)}", flush=True)
    touched = measure_touched(arguments.split, arguments.recipe)
    print(f"clean photographs touched: {len(touched)} of {len(photo_paths(arguments.split))}: {', '.join(touched)}")


if __name__ == "__main__":
    main()
