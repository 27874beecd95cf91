"""Tiles: composites with what is wrong with them, as the verifier trains on them, and their shards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file

from experiments.training.verifier.crops import Crop, recompressed
from experiments.training.verifier.failures import inject
from experiments.training.verifier.fills import CHEAP, OURS, Filled, Fills
from experiments.training.verifier.truth import LIMITS, labels, measures
from operators.verify.verdict import FAILURES
from operators.verify.views import SeamView

KINDS = ("clean", *FAILURES, *CHEAP, *OURS)
_AFTER = 0.25  # of the tiles are compressed again, whatever they are
_TWICE, _ON_FILL = 0.15, 0.3  # of the injected ones get a second failure; lie on our generators' fillings
_OURS = (0.27, 0.27, 0.28, 0.18)  # shares: samples of the diffusion inpainter take longest


@dataclass(frozen=True)
class Tiles:
    """rgb: uint8 (N, S, S, 3). alpha: uint8 (N, S, S). hole: bool (N, S, S). labels: float16 (N, 5), 0..1 by FAILURES,
    nan where unknown. bad: float16 (N,), 0..1. kind: uint8 (N,), of KINDS; of an injected tile its first failure.
    photo: int32 (N,). truth: float16 (N, 7), by truth.MEASURES; nan when injected."""

    rgb: np.ndarray
    alpha: np.ndarray
    hole: np.ndarray
    labels: np.ndarray
    bad: np.ndarray
    kind: np.ndarray
    photo: np.ndarray
    truth: np.ndarray

    def __len__(self) -> int:
        return len(self.rgb)

    def at(self, rows: np.ndarray) -> Tiles:
        """Those rows: indices or bool (N,)."""
        return Tiles(*(getattr(self, f.name)[rows] for f in fields(self)))


def tiles_of(crop: Crop, fills: Fills, rng: np.random.Generator) -> Tiles:
    """Under one hole: the photograph itself, two injected failures, two real fillings."""
    rows = [_row(Filled(crop.truth, crop), "clean", rng)]
    names = [CHEAP[int(rng.integers(len(CHEAP)))], OURS[int(rng.choice(len(OURS), p=_OURS))]]
    real = [(fills.fill(name, crop, rng), name) for name in names]
    rows += [_row(filled, name, rng) for filled, name in real]
    for index in rng.permutation(len(FAILURES))[:2]:
        under = real[1] if rng.random() < _ON_FILL else (Filled(crop.truth, crop), "clean")
        rows.append(_injected(*under, FAILURES[int(index)], rng))
    return _stacked(rows)


def _injected(filled: Filled, kind: str, name: str, rng: np.random.Generator) -> dict[str, Any]:
    """A failure on a composite, sometimes a second one. What it does to the other classes is not known."""
    crop, rgb = filled.crop, filled.rgb
    before, _ = labels(measures(filled, kind))
    rgb = inject(name, rgb, crop.alpha, crop.hole, rng)
    sure = {name}
    if rng.random() < _TWICE:
        other = FAILURES[int(rng.integers(len(FAILURES)))]
        rgb = inject(other, rgb, crop.alpha, crop.hole, rng)
        sure.add(other)
    row = _row(Filled(rgb, crop), name, rng)
    after = row["labels"].astype(np.float32)
    known = np.where((after > 0.3) & (before < 0.5), np.nan, np.maximum(after, before))
    marks = np.array([1.0 if failure in sure else known[i] for i, failure in enumerate(FAILURES)])
    return row | {"labels": marks.astype(np.float16), "bad": np.float16(1), "truth": row["truth"] * np.nan}


def _row(filled: Filled, kind: str, rng: np.random.Generator) -> dict[str, Any]:
    found = measures(filled, kind)
    marks, bad = (np.zeros(len(FAILURES)), 0.0) if kind == "clean" else labels(found)
    rgb = np.rint(255 * filled.rgb).clip(0, 255).astype(np.uint8)
    crop = filled.crop
    return {"rgb": recompressed(rgb, rng) if rng.random() < _AFTER else rgb,
            "alpha": np.rint(255 * crop.alpha).astype(np.uint8), "hole": crop.hole, "labels": marks.astype(np.float16),
            "bad": np.float16(bad), "kind": np.uint8(KINDS.index(kind)), "photo": np.int32(crop.photo),
            "truth": np.array([found[n] for n in LIMITS], np.float16)}


def _stacked(rows: list[dict[str, Any]]) -> Tiles:
    return Tiles(*(np.stack([row[f.name] for row in rows]) for f in fields(Tiles)))


def views_of(tiles: Tiles) -> list[SeamView]:
    """The tiles as the product would show them."""
    return [SeamView(rgb.astype(np.float32) / 255, alpha.astype(np.float32) / 255, hole)
            for rgb, alpha, hole in zip(tiles.rgb, tiles.alpha, tiles.hole, strict=True)]


def joined(parts: list[Tiles]) -> Tiles:
    """One after the other."""
    return Tiles(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Tiles)))


def save_tiles(path: Path, tiles: Tiles) -> None:
    """One shard, written under another name and renamed."""
    arrays = {f.name: np.ascontiguousarray(getattr(tiles, f.name)) for f in fields(Tiles)}
    arrays["hole"] = np.packbits(tiles.hole, axis=-1)
    partial = path.with_suffix(".partial")
    save_file(arrays, partial)
    partial.replace(path)


def load_tiles(path: Path) -> Tiles:
    """A shard."""
    arrays = load_file(path)
    arrays["hole"] = np.unpackbits(arrays["hole"], axis=-1).astype(bool)
    return Tiles(**arrays)


def shards(folder: Path) -> Iterator[Tiles]:
    """All shards of a folder in order. Raises FileNotFoundError when there are none."""
    paths = sorted(folder.glob("*.safetensors"))
    if not paths:
        raise FileNotFoundError(f"no *.safetensors in {folder}: run training.verifier.pack first")
    return (load_tiles(path) for path in paths)
