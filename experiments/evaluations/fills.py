"""Fills of true holes by class: PSNR in the hole, texture, its rim, against classical fills of the same holes.

    python -m experiments.evaluations.fills --split eval --count 120 --out fills.json
    python -m experiments.evaluations.fills --split calibrate --count 120 --grain

Classes: strokes of overlays up to 6 px wide, 7 to 20 px, boxes of 32 to 96 px. Means with 95% intervals (bootstrap
over holes); gains are paired, to the harmonic fill of the same hole. gradient: of the hole over the truth's, both with
a quarter level added, so that a flat hole counts as one. sliced: Wasserstein distance of 7 x 7 patches to the truth.
ssim: in the hole within 4 px of its edge. drift: of colour across the edge; drift_off: how far that is from the
truth's, which has some, too. best of n: of n drawn fills the one nearest to the truth, which nobody can know; drawn:
the mean over them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
import torch

from experiments.evaluations.holes_by_class import CLASSES, holes_of
from experiments.evaluations.laid import laid
from experiments.evaluations.ring_texture import mirrored_texture
from operators.baselines import navier_stokes, telea
from operators.fill.diffusion import load_diffusion
from operators.fill.generator import Generator
from operators.fill.grain import add_grain
from operators.fill.harmonic import fill_membrane
from operators.fill.prior import load_prior
from operators.measures.seam import colour_drift, signed_distance
from operators.measures.texture import gradient_ratio, sliced_wasserstein, ssim_at_edge
from operators.measures.truth import psnr_in_mask
from pipelines.evaluation.aggregate import mean_of

MOST = 60.0  # dB: a flat hole can be filled exactly
MEASURES = ("psnr", "gradient", "sliced", "ssim", "drift")
Row = dict[str, dict[str, float]]  # by method and measure


def interval(values: np.ndarray) -> list[float]:
    """[mean, low, high] of a 95% bootstrap interval."""
    found = mean_of(values.tolist())
    assert found is not None
    return [round(v, 3) for v in (found.mean, found.low, found.high)]


def measured(filled: np.ndarray, truth: np.ndarray, hole: np.ndarray) -> dict[str, float]:
    """MEASURES of one filling. filled, truth: float32 (H, W, 3), RGB 0..1. hole: bool (H, W)."""
    return {"psnr": min(psnr_in_mask(filled, truth, hole), MOST), "gradient": gradient_ratio(filled, truth, hole),
            "sliced": sliced_wasserstein(filled, truth, hole), "ssim": ssim_at_edge(filled, truth, hole),
            "drift": colour_drift(filled, signed_distance(hole))}


def classical(truth8: np.ndarray, hole: np.ndarray, base: np.ndarray) -> dict[str, np.ndarray]:
    """Fills float32 (H, W, 3) by method. truth8: uint8 (H, W, 3). base: float32 (H, W, 3), a membrane in the hole."""
    return {"truth": truth8.astype(np.float32) / 255,
            "telea": telea(truth8, hole).astype(np.float32) / 255,
            "navier-stokes": navier_stokes(truth8, hole).astype(np.float32) / 255,
            "harmonic": base,
            "harmonic + ring": mirrored_texture(base, hole)}


def hole_row(
    generators: Mapping[str, tuple[Generator, int]], truth8: np.ndarray, hole: np.ndarray, known: np.ndarray, seed: int,
    grain: bool,
) -> Row:
    """Every method on one hole. generators: by name, and how many fills of each are drawn."""
    truth = truth8.astype(np.float32) / 255
    base = fill_membrane(truth, hole)
    fills = classical(truth8, hole, base)
    fills["harmonic + grain"] = add_grain(base, hole, seed)
    row = {name: measured(one, truth, hole) for name, one in fills.items()}
    for name, (generator, draws) in generators.items():
        done = [laid(generator, base, hole, known, min(k, 1), seed + k) for k in range(draws + 1)]
        done = [add_grain(one, hole, seed + k) for k, one in enumerate(done)] if grain else done
        likeliest, *drawn = (measured(one, truth, hole) for one in done)
        row[name] = likeliest
        row |= _of_draws(name, drawn)
    return row


def _of_draws(name: str, drawn: list[dict[str, float]]) -> Row:
    if not drawn:
        return {}
    row = {f"{name}, drawn": {key: float(np.mean([one[key] for one in drawn])) for key in MEASURES}}
    if len(drawn) > 1:
        row[f"{name}, best of {len(drawn)}"] = max(drawn, key=lambda one: one["psnr"])
    return row


def summary(rows: list[Row]) -> dict[str, dict[str, list[float]]]:
    """By method: intervals of the measures, of the PSNR gain over harmonic, of the drift's distance to the truth's,
    and of what an oracle gains over drawing."""
    table = {}
    for method in rows[0]:
        there = [row for row in rows if method in row]  # not every hole has several draws
        of = {key: np.array([row[method][key] for row in there]) for key in MEASURES}
        found = {key: interval(values) for key, values in of.items()}
        found["gain"] = interval(of["psnr"] - np.array([row["harmonic"]["psnr"] for row in there]))
        found["drift_off"] = interval(np.abs(of["drift"] - np.array([row["truth"]["drift"] for row in there])))
        name, oracle, _ = method.partition(", best of")
        if oracle:
            found["gain_of_oracle"] = interval(of["psnr"] - np.array([row[f"{name}, drawn"]["psnr"] for row in there]))
        table[method] = found
    return table


def table_of(found: dict[str, dict[str, list[float]]]) -> str:
    """Readable lines of a `summary`."""
    columns = ("psnr", "gain", "gradient", "sliced", "ssim", "drift", "drift_off")
    lines = [f"{'':24s}" + "".join(f"{name:>24s}" for name in columns)]
    for method, row in found.items():
        lines.append(f"{method:24s}" + "".join("{:9.3f} [{:.3f}, {:.3f}]".format(*row[name]).rjust(24)
                                                for name in columns))
        if "gain_of_oracle" in row:
            lines.append("  over drawn: {:+.3f} [{:.3f}, {:.3f}] dB".format(*row["gain_of_oracle"]))
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", default="eval")
    parser.add_argument("--count", type=int, default=120, help="holes of each class")
    parser.add_argument("--draws", type=int, default=4, help="of the diffusion inpainter in the first --oracles holes")
    parser.add_argument("--oracles", type=int, default=40, help="holes of each class with several draws")
    parser.add_argument("--grain", action="store_true", help="grain on what the generators filled")
    parser.add_argument("--prior", default="embedded", help="a folder with other weights")
    parser.add_argument("--diffusion", default="embedded", help="a folder with other weights")
    parser.add_argument("--out", type=Path, help="a JSON file")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    prior, diffusion = load_prior(arguments.prior), load_diffusion(arguments.diffusion)
    tables = {}
    for kind in CLASSES:
        holes = holes_of(kind, arguments.count, arguments.split)
        rows = []
        for i in range(arguments.count):
            draws = arguments.draws if i < arguments.oracles else 1
            rows.append(hole_row({"prior": (prior, 1), "diffusion": (diffusion, draws)}, holes.truth[i], holes.hole[i],
                                 holes.known[i], 10 * i, arguments.grain))
        tables[kind] = summary(rows)
        print(f"{kind}, {len(rows)} holes\n{table_of(tables[kind])}\n", flush=True)
    if arguments.out:
        arguments.out.write_text(json.dumps(vars(arguments) | {"classes": tables}, indent=1, default=str) + "\n")


if __name__ == "__main__":
    main()
