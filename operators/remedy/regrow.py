"""Ghosts and halos that cannot be taken back: a larger hole, all of it filled anew."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from operators.measures.distance import distance_to_zero
from operators.measures.luma import LUMA
from operators.measures.smoothing import detail
from operators.refine.dilation import DENSE
from operators.refine.feather import feather_blend
from operators.remedy.wound import Mended, Refill, Wound

GROWTHS = (2.0, 4.0, 6.0)  # px
RING = 8  # px around the hole whose texture is looked at
YIELDING = 0.5  # share of the growth that a densely textured ring keeps: its anchors are worth more
FEATHER = 0.6  # share of the growth


def regrown(wound: Wound, refill: Refill) -> Iterator[Mended]:
    """The hole grown by GROWTHS, less where the ring is textured. The silhouette is not trusted: all of it is new."""
    distance = distance_to_zero(~wound.hole)
    ring = (distance > 0) & (distance <= RING)
    if not ring.any():
        return
    texture = float(detail(wound.rgb @ LUMA, 2.0)[ring].std())
    tried = set()
    for wish in GROWTHS:
        growth = max(1.0, wish * (1 - (1 - YIELDING) * min(texture / DENSE, 1.0)))
        blend = feather_blend(distance, growth, FEATHER * growth, fill_guide(wound))
        hole = blend > 0
        if hole.all() or int(hole.sum()) in tried:
            continue
        tried.add(int(hole.sum()))
        for filled in refill(wound.rgb, hole, 1 - blend, wound.seed, 1):
            rgb = wound.rgb + blend[..., None] * (np.clip(filled, 0, 1) - wound.rgb)
            yield Mended(rgb.astype(np.float32), hole, blend)


def refilled(wound: Wound, refill: Refill, candidates: int = 1) -> Iterator[Mended]:
    """The same hole with the same blend, filled anew."""
    known = np.where(wound.hole, 1 - wound.blend, 1).astype(np.float32)
    for filled in refill(wound.rgb, wound.hole, known, wound.seed, candidates):
        rgb = np.where(wound.hole[..., None], np.clip(filled, 0, 1), wound.rgb)
        yield Mended(rgb.astype(np.float32), wound.hole, wound.blend)


def fill_guide(wound: Wound) -> np.ndarray:
    """Float32 (H, W): luma for the feather to follow."""
    return (wound.rgb @ LUMA).astype(np.float32)
