"""Failures put into good composites on purpose: what the seam verifier learns to notice."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from experiments.training.verifier.leftovers import ghost, halo
from experiments.training.verifier.misfits import colour_drift, structure, texture
from operators.verify.verdict import FAILURES

Injection = Callable[[np.ndarray, np.ndarray, np.ndarray, np.random.Generator], np.ndarray]

INJECTIONS: dict[str, Injection] = {
    "ghost": ghost, "halo": halo, "colour_drift": colour_drift, "texture": texture, "structure": structure}
assert tuple(INJECTIONS) == FAILURES


def inject(name: str, clean: np.ndarray, alpha: np.ndarray, hole: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The composite with one of FAILURES in it, strong enough for an attentive viewer.

    clean: float32 (S, S, 3), RGB 0..1, a good composite. alpha: float32 (S, S), 0..1, share of the overlay that was
    there, all 1 in holes asked for without an overlay. hole: bool (S, S). Returns float32 (S, S, 3), 0..1; outside the
    hole only a halo changes anything, up to FRINGE px away. Without a hole it is `clean`. Raises `KeyError` for other
    names.
    """
    injection = INJECTIONS[name]
    if not hole.any():
        return clean.copy()
    return np.clip(injection(clean, alpha, hole, rng), 0, 1).astype(np.float32)
