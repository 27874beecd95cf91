"""The gate: what it keeps of what diffusion for everything gains over the prior for everything, and at which cost.

    python -m experiments.evaluations.gate --split eval --per-kind 12 --plot experiments/gate.png

Rendered overlays of all kinds in fonts never trained on, found and refined by the product; each hole that is neither
flat nor un-blended is filled by the prior, by the diffusion inpainter, and, at every `max_risk`, by whom the gate
chooses. The yardstick is the truth: SSIM inside the hole, drift of Lab across its edge (less than in the truth counts
as none), and how far the gradient ratio is from 1 (in log). Seconds: the generators', and the verifier's where it
looked.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from experiments.evaluations.rendered import RenderedCase, rendered_cases
from operators.fill import DiffusionStage, PriorStage
from operators.measures.seam import colour_drift, signed_distance
from operators.measures.structure import ssim
from operators.measures.texture import gradient_ratio
from operators.record import ImageRecord
from operators.stage import Stage
from operators.verify.regions import Surroundings, judge_region, surroundings
from operators.verify.verdict import Verifier
from operators.verify.verifier import load_verifier
from pipelines.line import build_stages
from pipelines.recipe import load_recipe

MEASURES = ("ssim", "drift", "gradient")  # all: higher is better
LEAST = 64  # px of a hole that is measured
ROUNDS = 2000
RISKS = np.round(np.concatenate([[0.0], np.linspace(0.05, 0.95, 19), [1.0]]), 2)


@dataclass(frozen=True)
class Trial:
    """One hole filled one way. values: by MEASURES. risk: the verifier's. seconds, looking: to fill, and to judge."""

    values: np.ndarray
    risk: float
    seconds: float
    looking: float


def trials(case: RenderedCase, stages: dict[str, Stage], verifier: Verifier) -> list[tuple[Trial, Trial]]:
    """(prior, diffusion) of every hole of a picture that a generator fills."""
    record = ImageRecord(key=case.key, image=case.data, name=case.key + ".jpg")
    for name in ("ingest", "marks", "detect", "refine", "prepare", "base"):
        stages[name]([record])
    if not record.open:
        return []
    due = [i for i, r in enumerate(record.regions) if r.route in ("prior", "diffusion") and _large(record, i)]
    truth = case.photo.astype(np.float32) / 255
    return list(zip(*(_filled(record, due, role, stages[role], truth, verifier) for role in ("prior", "diffusion")),
                    strict=True)) if due else []


def _large(record: ImageRecord, index: int) -> bool:
    matte = record.regions[index].matte
    return matte is not None and int(matte.hole.sum()) >= LEAST


def _filled(
    record: ImageRecord, due: list[int], role: str, stage: Stage, truth: np.ndarray, verifier: Verifier
) -> list[Trial]:
    mine, picture = copy.copy(record), record.picture()
    mine.regions, mine.tiles = copy.deepcopy(record.regions), copy.deepcopy(record.tiles)
    for index in due:
        mine.regions[index].route = role
    start = time.perf_counter()
    stage([mine])
    seconds = (time.perf_counter() - start) / len(due)
    if mine.error:
        raise RuntimeError(f"{record.key}: {mine.error}")
    mine._picture = picture
    found = []
    for index in due:
        start = time.perf_counter()
        risk = judge_region(mine, index, verifier).risk
        found.append(Trial(measured(surroundings(mine, index), truth), risk, seconds, time.perf_counter() - start))
    return found


def measured(seen: Surroundings, truth: np.ndarray) -> np.ndarray:
    """By MEASURES, of one filled hole. truth: float32 (H, W, 3) of the whole picture."""
    box = seen.box
    there = truth[box.y0 : box.y1, box.x0 : box.x1]
    distance = signed_distance(seen.own)
    drift = max(colour_drift(seen.rgb, distance) - colour_drift(there, distance), 0.0)
    return np.array([ssim(seen.rgb, there, seen.own), -drift,
                     -abs(np.log(gradient_ratio(seen.rgb, there, seen.own)))])


@dataclass(frozen=True)
class Curve:
    """By RISKS: kept, the share of diffusion's gain by measure (R, 3), with low and high of 95% intervals; cost, the
    share of its seconds (R,); sent, the share of holes that went on (R,)."""

    kept: np.ndarray
    low: np.ndarray
    high: np.ndarray
    cost: np.ndarray
    sent: np.ndarray


def curve(pairs: list[tuple[Trial, Trial]]) -> Curve:
    first, second = (np.stack([pair[k].values for pair in pairs]) for k in (0, 1))
    risk = np.array([[pair[k].risk for k in (0, 1)] for pair in pairs])
    seconds, looking = (np.array([[getattr(pair[k], name) for k in (0, 1)] for pair in pairs])
                        for name in ("seconds", "looking"))
    rows = np.random.default_rng(0).integers(len(pairs), size=(ROUNDS, len(pairs)))
    found: list[list[np.ndarray]] = []
    for most in RISKS:
        on = risk[:, 0] > most
        chosen = on & (risk[:, 1] < risk[:, 0])
        gained, whole = np.where(chosen[:, None], second - first, 0), second - first
        shares = gained[rows].mean(1) / np.where(np.abs(whole[rows].mean(1)) < 1e-9, np.nan, whole[rows].mean(1))
        cost = (seconds[:, 0] + looking[:, 0] + on * (seconds[:, 1] + looking[:, 1])).sum() / seconds[:, 1].sum()
        found.append([gained.mean(0) / whole.mean(0), *np.nanquantile(shares, (0.025, 0.975), axis=0), cost, on.mean()])
    kept, low, high, cost, sent = (np.array(part) for part in zip(*found, strict=True))
    return Curve(kept, low, high, cost, sent)


def table(pairs: list[tuple[Trial, Trial]], found: Curve) -> dict[str, object]:
    """The figures of the run: what each generator reaches, and the gate at every risk."""
    first, second = (np.stack([pair[k].values for pair in pairs]) for k in (0, 1))
    seconds = [float(np.mean([pair[k].seconds for pair in pairs])) for k in (0, 1)]
    rows = np.random.default_rng(0).integers(len(pairs), size=(ROUNDS, len(pairs)))
    gain = np.quantile((second - first)[rows].mean(1), (0.025, 0.975), axis=0)
    return {"holes": len(pairs), "measures": MEASURES, "prior": first.mean(0).round(4).tolist(),
            "diffusion": second.mean(0).round(4).tolist(), "gain_interval": gain.round(4).T.tolist(),
            "seconds_prior_diffusion": [round(v, 4) for v in seconds],
            "gate": [{"max_risk": float(r), "kept": k.round(3).tolist(), "low": lo.round(3).tolist(),
                      "high": hi.round(3).tolist(), "cost": round(float(c), 3), "sent": round(float(s), 3)}
                     for r, k, lo, hi, c, s in zip(RISKS, found.kept, found.low, found.high, found.cost, found.sent,
                                                   strict=True)]}


def plot(found: Curve, path: Path) -> None:
    """Share of the gain kept against the share of the cost, a line a measure."""
    side, pad = 480, 50
    canvas = np.full((side + 2 * pad, side + 2 * pad, 3), 255, np.uint8)
    cv2.rectangle(canvas, (pad, pad), (pad + side, pad + side), (120, 120, 120))
    most = max(float(found.cost.max()), 1.0)
    for index, colour in enumerate(((180, 90, 20), (20, 120, 30), (30, 30, 190))):
        at = np.column_stack([found.cost / most, 1 - np.clip(found.kept[:, index], -0.25, 1.25)])
        points = np.rint(pad + side * np.clip(at, -0.05, 1.05)).astype(np.int32)
        cv2.polylines(canvas, [points], False, colour, 2, cv2.LINE_AA)
        cv2.putText(canvas, MEASURES[index], (pad + 10, pad + 24 + 22 * index), 0, 0.55, colour, 1, cv2.LINE_AA)
    for text, corner in ((f"cost, 0 to {most:.2f} of diffusion for everything", (pad + 60, side + pad + 34)),
                     ("gain kept, 0 to 1", (pad, pad - 14))):
        cv2.putText(canvas, text, corner, 0, 0.55, (60, 60, 60), 1, cv2.LINE_AA)
    cv2.imwrite(str(path), canvas)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", default="eval")
    parser.add_argument("--per-kind", type=int, default=12)
    parser.add_argument("--plot", type=Path, help="PNG of the whole curve")
    arguments = parser.parse_args()
    recipe = load_recipe("balanced")
    stages, verifier = build_stages(recipe), load_verifier()
    for stage in (PriorStage(recipe.fill, recipe.seed, recipe.route),
                  DiffusionStage(recipe.fill, recipe.seed, recipe.route)):
        stages[stage.name] = stage
    pairs = [pair for case in rendered_cases(arguments.split, arguments.per_kind)
             for pair in trials(case, stages, verifier)]
    found = curve(pairs)
    print(json.dumps(table(pairs, found), indent=1))
    if arguments.plot is not None:
        plot(found, arguments.plot)


if __name__ == "__main__":
    main()
