"""A wound: one filled hole that failed inspection, what it becomes, and who may be asked to fill it anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from operators.fill.harmonic import fill_membrane
from operators.measures.depth import depth_of


@dataclass(frozen=True)
class Wound:
    """rgb: float32 (H, W, 3), 0..1, the composite around one hole, at least 32 px of it where the picture has them;
    outside the hole it is the original. alpha: float32 (H, W), 0..1, share of overlay that was seen there. hole: bool
    (H, W). blend: float32 (H, W), 0..1, weight of the fill, 0 outside the hole. seed: of all random numbers."""

    rgb: np.ndarray
    alpha: np.ndarray
    hole: np.ndarray
    blend: np.ndarray
    seed: int


@dataclass(frozen=True)
class Mended:
    """rgb: float32 (H, W, 3), 0..1, the new composite, the wound's own outside `hole`; it is blended already, so that
    it belongs into the picture with weight 1 wherever `hole` is. hole: bool (H, W), the wound's or a larger one. blend:
    float32 (H, W), 0..1, the weight with which the new filling went into it."""

    rgb: np.ndarray
    hole: np.ndarray
    blend: np.ndarray


class Refill(Protocol):
    """Asks a generator to fill a hole anew."""

    def __call__(
        self, rgb: np.ndarray, hole: np.ndarray, known: np.ndarray, seed: int, candidates: int
    ) -> list[np.ndarray]:
        """At most that many fillings, float32 (H, W, 3), 0..1, equal to rgb outside the hole.

        rgb: float32 (H, W, 3); in the hole it is never read. hole: bool (H, W). known: float32 (H, W), 0..1: 1 outside
        the hole, falling to 0 in its core. The same arguments give the same bytes on a CPU.
        """
        ...


Remedy = Callable[[Wound, Refill], Iterator[Mended]]


def membrane_refill(
    rgb: np.ndarray, hole: np.ndarray, known: np.ndarray, seed: int, candidates: int
) -> list[np.ndarray]:
    """The `Refill` that needs no generator: a membrane, always the same one."""
    del known, seed, candidates
    return [fill_membrane(rgb, hole)]


def within(wound: Wound, rgb: np.ndarray) -> Mended:
    """What a remedy made of the hole's pixels, clipped to 0..1; the hole and its blend stay."""
    inside = np.clip(rgb, 0, 1).astype(np.float32)
    return Mended(np.where(wound.hole[..., None], inside, wound.rgb), wound.hole, wound.blend)


def filled_part(wound: Wound, part: np.ndarray, filled: np.ndarray, soft: float = 1.0) -> Mended:
    """A part of the picture filled anew, faded in over `soft` px of its rim. part: bool (H, W); where it reaches beyond
    the hole, the hole grows."""
    weight = np.clip((depth_of(part) + 0.5) / (soft + 0.5), 0, 1).astype(np.float32) * part
    rgb = wound.rgb + weight[..., None] * (np.clip(filled, 0, 1) - wound.rgb)
    return Mended(rgb.astype(np.float32), wound.hole | part, np.maximum(wound.blend, weight))
