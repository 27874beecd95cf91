"""False comfort: pictures that pass although their overlay was missed, half found, or left in the filling on purpose.

    python -m experiments.evaluations.comfort --split eval --per-kind 12

Missed: less than 30% of the overlay's alpha mass lies in the hole; half found: 30 to 70%. Then the line's verdict must
not be `pass`. Residual strokes: a share of the overlay is put back into what was filled of the found ones, before the
verifier looks. Also: how many clean photographs, and how many well cleaned pictures, do not pass either.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict

import numpy as np

from experiments.datasets import photo_paths
from experiments.evaluations.rendered import RenderedCase, rendered_cases
from operators.record import ImageRecord
from operators.stage import Stage
from operators.tiles import Box, hole_within, overlap, tile_box
from operators.verify.picture import PASS
from pipelines.line import build_stages
from pipelines.recipe import load_recipe

MISSED, FOUND = 0.3, 0.7
LEFT = 0.35  # share of the overlay's strokes, by their columns, that is put back
ALONE = {"verify.gate": False, "verify.rounds": 0}  # what is filled once more no longer has what was put back
BEFORE = ("ingest", "marks", "detect", "refine", "prepare", "base", "prior")
AFTER = ("verify", "diffusion", "reverify")


def record_of(key: str, data: bytes, stages: dict[str, Stage]) -> ImageRecord:
    """The picture, filled, before anybody looks."""
    record = ImageRecord(key=key, image=data, name=f"{key}.jpg")
    for name in BEFORE:
        stages[name]([record])
    return record


def judged(record: ImageRecord, stages: dict[str, Stage]) -> str:
    for name in AFTER:
        stages[name]([record])
    if record.error:
        raise RuntimeError(f"{record.key}: {record.error}")
    return record.verdict


def inside(case: RenderedCase, record: ImageRecord) -> float:
    """Share of the overlay's alpha mass in the holes that are filled."""
    alpha = case.overlay.alpha
    hole = hole_within(record.regions, Box(0, 0, alpha.shape[1], alpha.shape[0], ()))
    return float((alpha * hole).sum() / max(float(alpha.sum()), 1e-6))


def put_back(case: RenderedCase, record: ImageRecord, rng: np.random.Generator) -> None:
    """A run of columns of every tile shows the overlay again, as strokes that were not removed."""
    image = case.overlay.image.astype(np.float32)
    whole = Box(0, 0, image.shape[1], image.shape[0], ())
    for tile in record.tiles:
        here, there = overlap(tile_box(tile), whole)
        if here is None or tile.fill is None:
            continue
        columns = np.flatnonzero((tile.blend > 0).any(0))
        length = max(int(LEFT * len(columns)), 1)
        start = int(rng.integers(max(len(columns) - length, 0) + 1))
        own = np.zeros(tile.blend.shape, bool)
        own[:, columns[start : start + length]] = True
        fill = tile.fill.copy()
        fill[here] = np.where(own[here][..., None], np.rint(257 * image[there]).astype(np.uint16), fill[here])
        tile.fill = fill


def measure(split: str, per_kind: int) -> dict[str, list[bool]]:
    """By group: whether each picture's verdict is not `pass`."""
    stages = build_stages(load_recipe("balanced", ALONE))
    alarms: dict[str, list[bool]] = defaultdict(list)
    for index, case in enumerate(rendered_cases(split, per_kind)):
        record = record_of(case.key, case.data, stages)
        share = inside(case, record)
        group = "missed" if share < MISSED else "half" if share < FOUND else "found"
        if group == "found" and index % 2:
            put_back(case, record, np.random.default_rng(index))
            group = "residual"
        alarms[group].append(judged(record, stages) != PASS)
        alarms[f"{group}/{case.overlay.kind}"].append(alarms[group][-1])
    for path in photo_paths(split):
        record = record_of(path.stem, path.read_bytes(), stages)
        alarms["clean"].append(judged(record, stages) != PASS)
    return alarms


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", default="eval")
    parser.add_argument("--per-kind", type=int, default=12)
    arguments = parser.parse_args()
    for group, flags in sorted(measure(arguments.split, arguments.per_kind).items()):
        print(json.dumps({"group": group, "pictures": len(flags), "not_pass": round(float(np.mean(flags)), 3)}))


if __name__ == "__main__":
    main()
