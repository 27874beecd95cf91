"""How far the demo's results are from the truth: the clean pictures that the overlays were drawn on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from cluster.outputs import read_original, read_result, read_rows
from cluster.plan import Plan
from operators.ingest import decode

MAX_PIXELS = 10_000_000
NEAR = 0.04  # alpha from which a pixel belongs to the overlay


@dataclass(frozen=True)
class Comparison:
    """One picture. kind: of its overlay, "" without one. before, after: RMSE against the truth under the overlay, in
    levels of 255 (0 without one). elsewhere: share of the other pixels that cleaning changed."""

    key: str
    kind: str
    before: float
    after: float
    elsewhere: float


def compare(folder: Path) -> list[Comparison]:
    """Every readable picture of folder/output with folder/truth. Raises `FileNotFoundError` when either is missing."""
    out, truth = str(folder / "output"), folder / "truth"
    plan = Plan.load(out)
    return list(_compared(out, plan, truth))


def _compared(out: str, plan: Plan, truth: Path) -> Iterator[Comparison]:
    for row in read_rows(out).to_pylist():
        if row["status"] == "failed":
            continue
        before = _pixels(read_original(plan, row["chunk"], row["position"]).image)
        after = _pixels(read_result(out, plan, row) or b"")
        clean = np.asarray(Image.open(truth / f"{row['key']}.png"), np.float32)
        mask = np.asarray(Image.open(truth / f"{row['key']}.alpha.png")) >= 255 * NEAR
        kind = json.loads((truth / f"{row['key']}.json").read_text())["overlay"] or ""
        changed = float((before != after).any(2)[~mask].mean())
        yield Comparison(row["key"], kind, _rmse(before, clean, mask), _rmse(after, clean, mask), changed)


def lines(results: list[Comparison]) -> list[str]:
    """One line a kind of overlay, for people. Pictures without overlay come last."""
    rows = [f"{'overlay':<13}{'pictures':>9}{'RMSE before':>13}{'after':>8}{'changed elsewhere':>19}"]
    for kind in [*dict.fromkeys(r.kind for r in results if r.kind), ""]:
        own = [r for r in results if r.kind == kind]
        if own:
            errors = [f"{np.mean([getattr(r, name) for r in own]):.1f}" if kind else "" for name in ("before", "after")]
            elsewhere = f"{100 * np.mean([r.elsewhere for r in own]):.2f}%"
            rows.append(f"{kind or 'none':<13}{len(own):>9}{errors[0]:>13}{errors[1]:>8}{elsewhere:>19}")
    return rows


def _pixels(image: bytes) -> np.ndarray:
    return decode(image, max_pixels=MAX_PIXELS).rgb8()


def _rmse(picture: np.ndarray, clean: np.ndarray, mask: np.ndarray) -> float:
    if not mask.any():
        return 0.0
    return float(np.sqrt(((picture.astype(np.float32) - clean)[mask] ** 2).mean()))
