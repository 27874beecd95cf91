"""Does something repeat over one picture, and on which lattice?

A tiled mark adds the same gradients at every point of a lattice. The autocorrelation of the picture's bounded gradients
(Huber, 1964: one strong edge must not decide) then stands out at all of the lattice's shifts, near and far and in all
directions, where the likeness of a photograph to itself fades within a few pixels or follows one line.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np
from scipy.fft import irfft2, next_fast_len, rfft2

CELLS = 520  # of the longer side, or cells of 2 px where that is fewer
BOUND = 0.04  # gradient of a cell, 0..1, above which it counts no more
BLUR = 0.7  # cells: a fraction of one does not matter
SHORTEST = 10  # cells: nearer shifts are the picture's own likeness
OVERLAP = 0.2  # of the gradients' energy that must still meet itself at a shift
PEAKS = 12  # of the surface, from which steps of the lattice are put together
STEPS = 20  # of those, the shortest, that are tried in pairs
LEAST_PEAK = 4.5  # spreads of the surface over its surroundings
CHANCE = 3.0  # what a point of a lattice reaches by chance, the best of its neighbours
ALIKE = 0.5  # of the highest peaks: what parts of a mark, such as letters, reach where others lie on them
LEAST_POINTS = 4  # points of the lattice, on one side of 0, that stand out
LEAST_SCORE = 24.0  # spreads over chance, summed over the lattice
LEAST_SHARE = 0.5  # of the lattice's points that must stand out
LEAST_ANGLE = 0.25  # sine of the angle between the two steps


@dataclass(frozen=True)
class Lattice:
    """steps: float64 (2, 2), two steps (x, y) px. score: spreads over chance, summed. points: how many stand out."""

    steps: np.ndarray
    score: float
    points: int


def find_lattice(rgb8: np.ndarray) -> Lattice | None:
    """The lattice on which something repeats over a (H, W, 3) uint8 picture, or None."""
    if min(rgb8.shape[:2]) < 64:
        return None
    cell = cell_of(rgb8.shape)
    surface = _outstanding(_autocorrelation(*bounded_gradients(rgb8, cell)))
    peaks = _peaks(surface)
    grown = cv2.dilate(surface, np.ones((3, 3), np.uint8))
    chance = max(CHANCE, ALIKE * float(_at(grown, peaks[:4]).min())) if len(peaks) else CHANCE
    best: Lattice | None = None
    for one, two in combinations(_steps(peaks, grown), 2):
        found = _scored(np.array([one, two], np.float64), grown, chance)
        if found is not None and (best is None or found.score > best.score):
            best = found
    best = _divided(best, grown, chance) if best is not None else None
    if best is None or best.points < LEAST_POINTS or best.score < LEAST_SCORE:
        return None
    return _refined(best, surface, cell)


def _divided(found: Lattice, grown: np.ndarray, chance: float) -> Lattice:
    """The finer lattice that holds this one, where its points stand out too."""
    while True:
        a, b = found.steps
        finer = [_scored(np.array(steps), grown, chance) for steps in (
            (a / 2, b), (a, b / 2), ((a + b) / 2, b), ((a - b) / 2, b), (a / 3, b), (a, b / 3))]
        better = max((f for f in finer if f is not None), key=lambda f: f.score, default=found)
        if better.score <= found.score:
            return found
        found = better


def cell_of(shape: tuple[int, ...]) -> int:
    """Px of a cell for pictures of that shape."""
    return max(2, -(-max(shape[:2]) // CELLS))


def bounded_gradients(rgb8: np.ndarray, cell: int) -> tuple[np.ndarray, np.ndarray]:
    """(gx, gy) float32 (H // cell, W // cell): differences of grey to the right and lower cell, bounded, blurred."""
    height, width = (n // cell for n in rgb8.shape[:2])
    small = cv2.resize(rgb8[: height * cell, : width * cell], (width, height), interpolation=cv2.INTER_AREA)
    grey = small.astype(np.float32).mean(2) / 255
    gx, gy = np.zeros_like(grey), np.zeros_like(grey)
    gx[:, :-1], gy[:-1] = np.diff(grey, axis=1), np.diff(grey, axis=0)
    return tuple(cv2.GaussianBlur(np.clip(g, -BOUND, BOUND), (0, 0), BLUR) for g in (gx, gy))  # type: ignore[return-value]


def _autocorrelation(gx: np.ndarray, gy: np.ndarray) -> np.ndarray:
    """float32 (2h, 2w), zero shift in the middle: correlation of the field with itself where both overlap, -1..1; nan
    where too little of it does."""
    shape = tuple(next_fast_len(2 * n, real=True) // 2 * 2 for n in gx.shape)
    shape = tuple(n if n >= 2 * m else n + 2 for n, m in zip(shape, gx.shape, strict=True))
    product = irfft2(sum(np.abs(rfft2(g, shape)) ** 2 for g in (gx, gy)), shape)
    energy, inside = gx**2 + gy**2, np.ones_like(gx)
    spectrum = rfft2(energy, shape) * rfft2(inside, shape).conj()
    here, there = irfft2(spectrum, shape), irfft2(spectrum.conj(), shape)
    bound = np.sqrt(np.maximum(here, 0) * np.maximum(there, 0))
    alike = np.where(bound > OVERLAP * float(energy.sum()), product / np.maximum(bound, 1e-9), np.nan)
    return np.fft.fftshift(alike).astype(np.float32)


def _outstanding(alike: np.ndarray) -> np.ndarray:
    """How far each shift stands out of its surroundings, in spreads (of a normal distribution); 0 near no shift and
    where nothing is known."""
    known = np.isfinite(alike)
    values, weight = np.where(known, alike, 0), known.astype(np.float32)
    around = cv2.boxFilter(values, -1, (21, 21)) / np.maximum(cv2.boxFilter(weight, -1, (21, 21)), 1e-3)
    over = np.where(known, values - around, 0)
    rows, columns = (np.arange(n) - n // 2 for n in alike.shape)
    far = known & (np.hypot(rows[:, None], columns[None]) > SHORTEST)
    if not far.any():
        return np.zeros_like(over)
    return np.where(far, over / max(1.4826 * float(np.median(np.abs(over[far]))), 1e-9), 0).astype(np.float32)


def _peaks(surface: np.ndarray) -> np.ndarray:
    """(N, 2) shifts (x, y) in cells of the highest peaks, one of each pair of opposites, highest first."""
    top = (surface == cv2.dilate(surface, np.ones((9, 9), np.uint8))) & (surface > LEAST_PEAK)
    found = np.argwhere(top) - np.array(surface.shape) // 2
    half = found[(found[:, 0] > 0) | ((found[:, 0] == 0) & (found[:, 1] > 0))]
    heights = surface[tuple((half + np.array(surface.shape) // 2).T)]
    return half[np.argsort(-heights, kind="stable")][:PEAKS, ::-1]


def _steps(peaks: np.ndarray, surface: np.ndarray) -> list[tuple[int, int]]:
    """Peaks, their sums and differences and halves that stand out themselves: candidates for steps, shortest first."""
    if len(peaks) < 2:
        return []
    sums = [p + sign * q for p, q in combinations(peaks, 2) for sign in (1, -1)]
    every = np.concatenate([peaks, np.array(sums), np.rint(peaks / 2).astype(int), np.rint(peaks / 3).astype(int)])
    every = np.where((every[:, 1] < 0)[:, None] | ((every[:, 1] == 0) & (every[:, 0] < 0))[:, None], -every, every)
    every = every[np.hypot(*every.T) > SHORTEST]
    heights = _at(surface, every)
    chosen = np.unique(every[heights > LEAST_PEAK], axis=0)
    return [tuple(step) for step in chosen[np.argsort(np.hypot(*chosen.T), kind="stable")][:STEPS].tolist()]


def _at(surface: np.ndarray, shifts: np.ndarray) -> np.ndarray:
    """A surface at (N, 2) shifts (x, y) in cells; 0 outside of it."""
    columns, rows = (np.rint(shifts).astype(int) + np.array(surface.shape[::-1]) // 2).T
    inside = (rows >= 0) & (columns >= 0) & (rows < surface.shape[0]) & (columns < surface.shape[1])
    found = np.zeros(len(shifts), np.float32)
    found[inside] = surface[rows[inside], columns[inside]]
    return found


def _points(steps: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """(N, 2) shifts (x, y) in cells of the lattice on one side of 0, within the surface."""
    reach = int(np.ceil(float(np.hypot(shape[0], shape[1])) / 2 / max(_height(steps), 1.0))) + 1
    i, j = np.meshgrid(np.arange(-reach, reach + 1), np.arange(0, reach + 1))
    every = np.column_stack([i.ravel(), j.ravel()])
    every = every[(every[:, 1] > 0) | (every[:, 0] > 0)]
    shifts = every @ steps
    inside = (np.abs(shifts[:, 0]) < shape[1] // 2 - 1) & (np.abs(shifts[:, 1]) < shape[0] // 2 - 1)
    return shifts[inside]


def _height(steps: np.ndarray) -> float:
    """The smaller distance between neighbouring lines of the lattice, cells."""
    area = abs(float(np.linalg.det(steps)))
    return area / max(float(np.hypot(*steps.T).max()), 1e-9)


def _scored(steps: np.ndarray, surface: np.ndarray, chance: float) -> Lattice | None:
    """The lattice of two steps, in cells, or None for one that is too flat or too fine or mostly does not stand out."""
    lengths = np.hypot(*steps.T)
    if abs(float(np.linalg.det(steps))) < LEAST_ANGLE * float(lengths.prod()) or _height(steps) < 6:
        return None
    points = _points(steps, surface.shape)
    heights = _at(surface, points)
    known = heights != 0
    if known.sum() < LEAST_POINTS:
        return None
    out = heights[known]
    if float((out > chance).mean()) < LEAST_SHARE:
        return None
    return Lattice(steps, float((out - chance).sum()), int((out > LEAST_PEAK).sum()))


def _refined(found: Lattice, surface: np.ndarray, cell: int) -> Lattice:
    """With the steps, in px, that its outstanding points lie nearest to: each to a fraction of a cell by a parabola."""
    steps, grown = found.steps, cv2.dilate(surface, np.ones((3, 3), np.uint8))
    for _ in range(2):
        points = _points(steps, surface.shape)
        index = np.rint(np.linalg.solve(steps.T, points.T).T)
        heights = _at(grown, points)
        strong = heights > LEAST_PEAK
        tops = np.array([_top(surface, point) for point in points[strong]])
        weight = np.sqrt(heights[strong])[:, None]
        steps = np.linalg.lstsq(index[strong] * weight, tops * weight, rcond=None)[0]
    return Lattice(cell * steps, found.score, found.points)


def _top(surface: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """(x, y) in cells of the peak next to a shift."""
    middle = np.array(surface.shape) // 2
    row, column = np.rint(shift[::-1]).astype(int) + middle
    row, column = (int(np.clip(v, 2, n - 3)) for v, n in zip((row, column), surface.shape, strict=True))
    part = surface[row - 1 : row + 2, column - 1 : column + 2]
    dy, dx = np.unravel_index(int(part.argmax()), part.shape)
    row, column = row + int(dy) - 1, column + int(dx) - 1
    out = np.array([column, row], np.float64)
    for axis, (before, after) in enumerate((((0, -1), (0, 1)), ((-1, 0), (1, 0)))):
        low, top, high = (float(surface[row + d[0], column + d[1]]) for d in (before, (0, 0), after))
        bend = low - 2 * top + high
        out[axis] += float(np.clip(0.5 * (low - high) / bend, -0.5, 0.5)) if bend < 0 else 0.0
    return out - middle[::-1]
