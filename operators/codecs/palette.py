"""Colours to the nearest entries of an existing palette."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree


def nearest_entries(rgb: np.ndarray, old: np.ndarray, colours: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Palette indices (n,) for rgb (n, 3) uint8, among the entries as opaque as the pixel's old entry.

    old: (n,) indices so far. colours: (k, 3), alpha: (k,) of the palette. Ties go to the lowest index.
    """
    out = old.copy()
    for opacity in np.unique(alpha[old]):
        pixels = alpha[old] == opacity
        entries = np.flatnonzero(alpha == opacity)
        unique, first = np.unique(colours[entries].astype(np.float64), axis=0, return_index=True)
        _, nearest = cKDTree(unique).query(rgb[pixels].astype(np.float64))
        out[pixels] = entries[first[nearest]]
    return out
