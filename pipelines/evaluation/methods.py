"""What each method makes of one picture: the line, and the baselines with holes that others have drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from operators.baselines import FILLERS, grown, hole_of_quads, telea
from operators.record import Matte, Region
from pipelines.evaluation.loading import Loaded
from pipelines.library import CleanImage

OURS, UNCHANGED, TARGET, BOXES = "ours", "unchanged", "target", "telea_boxes"
NAMES = {"telea": "Telea", "ns": "Navier-Stokes", "harmonic": "harmonic"}
LABELS = {
    OURS: "cleanplate",
    UNCHANGED: "unchanged input",
    **{f"{name}_ours": f"{label}, our hole" for name, label in NAMES.items()},
    BOXES: "Telea, detected boxes",
    **{f"{name}_true": f"{label}, true mask" for name, label in NAMES.items()},
    TARGET: "the target itself",
}
BASELINES = tuple(name for name in LABELS if name not in (OURS, UNCHANGED, TARGET))
ORACLES = tuple(name for name in BASELINES if name.endswith("_true"))  # told what no method can know


@dataclass(frozen=True)
class Attempt:
    """picture: (H, W, 3) uint8 RGB. hole: bool (H, W), what the method was free to change."""

    picture: np.ndarray
    hole: np.ndarray


def attempts(pair: Loaded, result: CleanImage, quads: Sequence[np.ndarray]) -> dict[str, Attempt]:
    """By method, in the order of `LABELS`. quads: (4, 2) px, what the detector found in the input."""
    shape = pair.mask.shape
    own, nothing = hole_of(result.regions, shape), np.zeros(shape, bool)
    boxed, true = hole_of_quads(quads, shape), grown(pair.mask) if pair.mask.any() else pair.mask
    made = {OURS: Attempt(_eight_bits(result.pixels, pair.before), own), UNCHANGED: Attempt(pair.before, nothing)}
    made |= {f"{name}_ours": Attempt(fill(pair.before, own), own) for name, fill in FILLERS.items()}
    made[BOXES] = Attempt(telea(pair.before, boxed), boxed)
    made |= {f"{name}_true": Attempt(fill(pair.before, true), true) for name, fill in FILLERS.items()}
    return made | {TARGET: Attempt(pair.target, nothing)}


def hole_of(regions: Sequence[Region], shape: tuple[int, ...]) -> np.ndarray:
    """Bool `shape` (H, W): the holes of all regions that were filled."""
    hole = np.zeros(shape, bool)
    for matte in _filled(regions):
        height, width = matte.hole.shape
        hole[matte.y : matte.y + height, matte.x : matte.x + width] |= matte.hole
    return hole


def alpha_of(regions: Sequence[Region], shape: tuple[int, ...]) -> np.ndarray:
    """Float32 `shape` (H, W): the estimated alpha of all regions that were filled, 0 elsewhere."""
    alpha = np.zeros(shape, np.float32)
    for matte in _filled(regions):
        height, width = matte.alpha.shape
        view = alpha[matte.y : matte.y + height, matte.x : matte.x + width]
        np.maximum(view, matte.alpha.astype(np.float32), out=view)
    return alpha


def _filled(regions: Sequence[Region]) -> list[Matte]:
    return [region.matte for region in regions if region.matte is not None and region.route not in ("", "keep")]


def _eight_bits(pixels: np.ndarray | None, before: np.ndarray) -> np.ndarray:
    """The result as (H, W, 3) uint8; the input where there is none."""
    if pixels is None:
        return before
    return pixels if pixels.dtype == np.uint8 else (pixels >> 8).astype(np.uint8)
