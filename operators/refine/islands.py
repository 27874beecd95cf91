"""What a hole encloses must look like what lies around it: a piece of a letter that the matte missed would colour the
whole filling."""

from __future__ import annotations

import numpy as np

from operators.measures.distance import distance_to_zero
from operators.refine.enclosed import enclosed

THICKEST = 4.0  # px from the hole to an island's middle; larger ones are the picture's own
NEAR = 12  # px around an island in which its surroundings are looked at
LEAST_OFF, SPREADS = 0.10, 2.0  # of full scale, and spreads of the surroundings: from there on it is strange
COVERED, SPREADS_COVERED = 0.3, 0.5  # mean coverage from which an island is suspected; true counters have a tenth
LEAST_SEEN = 12  # px of surroundings below which nothing can be said


def close_strange(
    distance: np.ndarray, growth: float, view: np.ndarray, coverage: np.ndarray | None = None
) -> np.ndarray:
    """Distances to the overlay and to strange islands, so that the hole takes these in.

    distance: float32 (h, w), px to the overlay. view: float32 (h, w, 3), RGB 0..1. coverage: float32 (h, w), 0..1, of
    the segmenter, if it looked. An island is what is farther than `growth` from the overlay and enclosed by what is
    not; strange is one whose mean colour is LEAST_OFF and SPREADS standard deviations off that of what lies outside the
    hole near it, fewer where the segmenter suspects it.
    """
    outside, parts = enclosed(distance > growth)
    strange = np.zeros(distance.shape, np.uint8)
    for window, own in parts:
        if distance[window][own].max() > growth + THICKEST:
            continue
        around = tuple(slice(max(side.start - NEAR, 0), side.stop + NEAR) for side in window)
        ring = view[around][outside[around]]
        covered = float(coverage[window][own].mean()) if coverage is not None else 0.0
        spreads = SPREADS_COVERED if covered > COVERED else SPREADS
        if len(ring) >= LEAST_SEEN and _off(view[window][own], ring, spreads):
            strange[window][own] = 1
    if not strange.any():
        return distance
    return np.minimum(distance, distance_to_zero(1 - strange))


def _off(island: np.ndarray, ring: np.ndarray, spreads: float) -> bool:
    apart = np.abs(island.mean(0) - ring.mean(0))
    return bool((apart > LEAST_OFF + spreads * ring.std(0)).any())
