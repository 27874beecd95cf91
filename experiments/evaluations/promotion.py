"""Promotion: how much of what the best of four candidates gains over a random one the promoted one recovers.

    python -m experiments.evaluations.promotion --split eval
    python -m experiments.evaluations.promotion --split calibrate --choose

Candidates are drawn at temperature 1 by each embedded generator. SSIM and gradient distance to the truth inside the
hole; recovered: the promoted one's gain over the mean of the candidates, as a share of the oracle's (the best by that
measure), with a 95% bootstrap interval over crops. --choose prints the best weights of operators.verify.promote on a
grid, by the mean share over generators and measures.
"""

from __future__ import annotations

import argparse
import itertools
import json
from dataclasses import dataclass

import cv2
import numpy as np
import torch

from experiments.training.holes.held_out import held_out
from operators.fill.diffusion import load_diffusion
from operators.fill.generator import FillView, Generator
from operators.fill.harmonic import fill_membrane
from operators.fill.prior import load_prior
from operators.measures.structure import ssim
from operators.verify.promote import PARTS, WEIGHTS, WITHOUT_MEAN, gradient_distance, parts
from operators.verify.verifier import SeamVerifier, load_verifier

SEED = 3  # of the crops and of the candidates
ROUNDS = 1000
GRID = (0.0, 0.5, 1.0, 2.0)


@dataclass(frozen=True)
class Contest:
    """Of every crop and candidate: parts float64 (N, K, 5) by PARTS; gains float64 (N, K, 2), SSIM and minus the
    gradient distance to the truth in the hole."""

    parts: np.ndarray
    gains: np.ndarray


def contests(generator: Generator, verifier: SeamVerifier, split: str, count: int, candidates: int) -> Contest:
    """Candidates of `count` crops of unseen photographs. Where the promotion's mean is needed: temperature 0."""
    holes, found = held_out(count, generator.side, SEED, split), []
    for index in range(count):
        truth, hole, known = holes.truth[index].astype(np.float32) / 255, holes.hole[index], holes.known[index]
        base = fill_membrane(truth, hole)
        views = [FillView(base, hole, known, 1000 * SEED + candidates * index + k) for k in range(candidates)]
        drawn, mean = generator.fill(views, 1.0), generator.fill(views[:1], 0.0)[0]
        laid = [known[..., None] * truth + (1 - known[..., None]) * one for one in (*drawn, mean)]
        row = parts(laid[:-1], hole.astype(np.float32), hole, verifier, laid[-1])
        gains = [(ssim(one, truth, hole), -gradient_distance(one, truth, hole)) for one in laid[:-1]]
        found.append((row, np.array(gains)))
    return Contest(*(np.stack(part) for part in zip(*found, strict=True)))


def gained(contest: Contest, weights: tuple[float, ...]) -> np.ndarray:
    """Float64 (N, 2, 2): by crop and measure what the promoted one and the oracle gain over the mean candidate."""
    chosen = (contest.parts @ np.array(weights)).argmin(1)
    promoted = contest.gains[np.arange(len(chosen)), chosen]
    return np.stack([promoted, contest.gains.max(1)], -1) - contest.gains.mean(1)[..., None]


def recovered(contest: Contest, weights: tuple[float, ...]) -> dict[str, list[float]]:
    """By measure: [share, low, high]."""
    gains, rng, found = gained(contest, weights), np.random.default_rng(0), {}
    rows = rng.integers(len(gains), size=(ROUNDS, len(gains)))
    for index, name in enumerate(("ssim", "gradient")):
        sums = gains[rows, index].sum(1)
        low, high = np.quantile(sums[:, 0] / np.maximum(sums[:, 1], 1e-12), (0.025, 0.975))
        mean, oracle = gains[:, index].mean(0)
        found[name] = [round(float(v), 3) for v in (mean / max(oracle, 1e-12), low, high)]
        found[f"{name}_oracle_gain"] = [round(float(oracle), 5)]
    return found


def best_weights(played: list[Contest]) -> tuple[float, tuple[float, ...]]:
    """(mean share, weights) of the best point of the grid."""
    def share(weights: tuple[float, ...]) -> float:
        return float(np.mean([r["ssim"] + r["gradient"] for r in _shares(played, weights)]))

    grid = [weights for weights in itertools.product(GRID, repeat=len(PARTS)) if any(weights)]
    return max(((share(weights), weights) for weights in grid), key=lambda pair: pair[0])


def _shares(played: list[Contest], weights: tuple[float, ...]) -> list[dict[str, float]]:
    sums = [gained(contest, weights).mean(0) for contest in played]
    return [{"ssim": s[0, 0] / s[0, 1] / 2, "gradient": s[1, 0] / s[1, 1] / 2} for s in sums]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", default="eval")
    parser.add_argument("--count", type=int, default=32, help="crops of each generator")
    parser.add_argument("--candidates", type=int, default=4)
    parser.add_argument("--choose", action="store_true", help="look for the best weights, too")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    verifier, played = load_verifier(), []
    for generator in (load_prior(), load_diffusion()):
        played.append(contests(generator, verifier, args.split, args.count, args.candidates))
        print(json.dumps({"generator": generator.name, "crops": args.count} | recovered(played[-1], WEIGHTS) | {
            "without_mean": recovered(played[-1], WITHOUT_MEAN)}), flush=True)
    if args.choose:
        share, weights = best_weights(played)
        print(json.dumps({"share": round(share, 3), "weights": dict(zip(PARTS, weights, strict=True))}))
        for index, name in enumerate(PARTS):
            alone = tuple(float(k == index) for k in range(len(PARTS)))
            print(json.dumps({name: [recovered(contest, alone) for contest in played]}))


if __name__ == "__main__":
    main()
