"""Where the sides of a panel may lie: steps all along the line, between pixels that differ by one blend everywhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from operators.panels.blend import Blend, fitted, median

LAG = 2  # px from an edge to what is compared across it: nearer, compression mixes both sides
DEEPER = 3  # px more, at which the same must hold: it does not beside a thin line
MOST, MOST_ENDS = 4, 2  # places of a long side, and of a short one
LEAST_STEP = 0.02  # of full scale
UNEXPLAINED, UNEXPLAINED_END = 1.5, 3.0  # times what a blend leaves of a step counts against it
LEAST_VALID = 0.7  # of the pairs along a side must lie in the picture


@dataclass(frozen=True)
class Pairs:
    """inside, outside: float32 (K, N, 3), the pixels on both sides of K edges. valid: bool (K, N)."""

    inside: np.ndarray
    outside: np.ndarray
    valid: np.ndarray

    def steps(self) -> np.ndarray:
        """|inside - outside|, float32 (K, N), of full scale."""
        return np.abs(self.inside - self.outside).mean(2)

    def left(self, blend: Blend) -> np.ndarray:
        """What one blend leaves of them."""
        return np.abs(self.inside - blend.slope[0] * self.outside - blend.shift[0]).mean(2)


def pairs(view: np.ndarray, valid: np.ndarray, at: np.ndarray, inward: int, lag: int = LAG) -> Pairs:
    """Across edges above the rows `at`, int (K,); inward: 1 where the panel lies below them, -1 above. view: float32
    (h, w, 3). valid: bool (h, w). Beyond the view nothing is valid."""
    near, far = (at + lag - 1, at + lag), (at - lag, at - lag - 1)
    inner, outer = (near, far) if inward > 0 else (far, near)
    rows = np.stack([*inner, *outer])
    within = np.asarray(((rows >= 0) & (rows < len(view))).all(0))
    rows = np.clip(rows, 0, len(view) - 1)
    ok = valid[rows].all(0) & within[:, None]
    return Pairs((view[rows[0]] + view[rows[1]]) / 2, (view[rows[2]] + view[rows[3]]) / 2, ok)


def places(view: np.ndarray, valid: np.ndarray, rows: range, columns: range, inward: int) -> list[int]:
    """Rows, at most MOST, above which an edge of a panel may lie that is as long as the columns; likely ones first."""
    at, span = np.array(rows), slice(columns.start, columns.stop)
    if columns.stop <= columns.start:
        return []
    both = pairs(view[:, span], valid[:, span], at, inward)
    blend = fitted(both.inside, both.outside, both.valid)
    enough = (blend.before > LEAST_STEP) & (both.valid.mean(1) >= LEAST_VALID)
    score = np.where(enough, np.maximum(blend.before - UNEXPLAINED * blend.after, 0), 0)
    return _highest(at, score, MOST)


def blended_at(
    view: np.ndarray, valid: np.ndarray, at: np.ndarray, inward: int, blend: Blend, least: float
) -> list[int]:
    """Rows of `at`, at most MOST_ENDS, at which this blend explains a step of at least `least` of full scale."""
    if not view.shape[1]:
        return []
    both = pairs(view, valid, at, inward)
    step, left = (median(error, both.valid) for error in (both.steps(), both.left(blend)))
    enough = (step >= least) & (both.valid.mean(1) >= LEAST_VALID)
    return _highest(at, np.where(enough, np.maximum(step - UNEXPLAINED_END * left, 0), 0), MOST_ENDS)


def _highest(at: np.ndarray, score: np.ndarray, most: int) -> list[int]:
    padded = np.pad(score, 2)
    highest = score >= np.max([padded[k : k + len(score)] for k in range(5)], axis=0)
    found = np.flatnonzero(highest & (score > 0))
    return [int(at[k]) for k in found[np.argsort(-score[found], kind="stable")][:most]]


def edge_of(view: np.ndarray, row: int, columns: slice, inward: int) -> float:
    """The edge near `row` to a fraction of a px: how far the rows across it have gone from outside to inside."""
    rows = np.clip(np.arange(row - 4, row + 4), 0, len(view) - 1)
    strip = view[rows, columns] if inward > 0 else view[rows[::-1], columns]
    outside, inside = strip[:2].mean(0), strip[-2:].mean(0)
    way = inside - outside
    length = np.maximum((way * way).sum(1), 1e-4)
    gone = np.median(np.clip(((strip[2:-2] - outside) * way).sum(2) / length, 0, 1), axis=1).sum()
    return row + inward * (2 - float(gone))
