"""A mark that repeats over one picture, learnt from its repeats: nothing else is told.

What the pieces at the points of a lattice agree on is the mark (`support`), and what they do not agree on tells its
alpha from its colour (`estimate`), as over the pictures of a dataset. Each repeat is then tested for itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from operators.marks.estimate import estimate
from operators.marks.fold import Cell, fold
from operators.marks.instances import GAINS, Shape, gain_at, off_lattice, piece_at
from operators.marks.place import MOST_ALPHA, Found
from operators.marks.repetition import find_lattice
from operators.picture import Picture

LEAST_PIECES, MOST_PIECES, MOST_PIXELS = 5, 48, 800_000  # the last: of all pieces together, for at least 12
LEAST_EXPLAINED = 0.35  # share of the change that the model explains
LEAST_SHARE = 0.7  # of the whole repeats that must show the mark
MOST_COVERED = 0.5  # share of the picture that a mark may cover: more is the picture's own pattern
LEAST_ALPHA = 0.02
LEAST_PIXELS = 8  # of a repeat that the picture's border cuts


@dataclass(frozen=True)
class Repeated:
    """A mark on one picture. repeats: each where it lies. score: of the lattice. explained: 0..1, of the estimate."""

    repeats: list[Found]
    score: float
    explained: float


def find_repeats(picture: Picture) -> Repeated | None:
    """The mark that is repeated over the picture, or None. Nothing depends on other pictures."""
    rgb8 = picture.rgb8()
    lattice = find_lattice(rgb8)
    cell = fold(rgb8, lattice.steps) if lattice is not None else None
    if lattice is None or cell is None:
        return None
    places = _places(cell, lattice.steps, rgb8.shape)
    whole = [place for place in places if _inside(place, cell, rgb8.shape)]
    learnt = _learnt(rgb8, whole, cell)
    if learnt is None:
        return None
    mark, explained = learnt
    if np.mean([_good(gain_at(rgb8, place, mark)) for place in whole]) < LEAST_SHARE:
        return None
    repeats = _laid(rgb8, mark, explained, places + off_lattice(rgb8, mark, places))
    covered = sum(int((one.alpha > 0).sum()) for one in repeats)
    return Repeated(repeats, lattice.score, explained) if covered <= MOST_COVERED * rgb8[..., 0].size else None


def _good(gain: float) -> bool:
    return GAINS[0] < gain < GAINS[1]


def _places(cell: Cell, steps: np.ndarray, shape: tuple[int, ...]) -> list[np.ndarray]:
    """(x, y) px, float64, of the top left of the mark's box at every point of the lattice that reaches the picture,
    those in its middle first."""
    height, width = shape[:2]
    reach = int(np.ceil(2 * np.hypot(height, width) / max(float(np.hypot(*steps.T).min()), 1.0))) + 1
    index = np.stack(np.meshgrid(np.arange(-reach, reach + 1), np.arange(-reach, reach + 1)), -1).reshape(-1, 2)
    at = cell.corner + index @ steps
    x, y = at.T
    near = (x < width - 2) & (y < height - 2) & (x + cell.width > 2) & (y + cell.height > 2)
    middle = np.array([width - cell.width, height - cell.height]) / 2
    kept = at[near]
    return list(kept[np.argsort(np.hypot(*(kept - middle).T), kind="stable")])


def _inside(place: np.ndarray, cell: Cell, shape: tuple[int, ...]) -> bool:
    x, y = place
    return bool(x >= 1 and y >= 1 and x + cell.width < shape[1] - 2 and y + cell.height < shape[0] - 2)


def _learnt(rgb8: np.ndarray, whole: list[np.ndarray], cell: Cell) -> tuple[Shape, float] | None:
    """The mark, and what of the change it explains; None when the repeats do not give one."""
    if len(whole) < LEAST_PIECES:
        return None
    count = min(max(MOST_PIXELS // cell.own.size, 12), MOST_PIECES)
    found = estimate(np.stack([piece_at(rgb8, place, cell.own.shape) for place in whole[:count]]))
    if found is None or found.explained < LEAST_EXPLAINED:
        return None
    alpha = np.where(cell.own, found.alpha, 0).astype(np.float32)
    return (Shape(alpha, found.colour), found.explained) if (alpha > LEAST_ALPHA).any() else None


def _laid(rgb8: np.ndarray, mark: Shape, explained: float, places: list[np.ndarray]) -> list[Found]:
    found = []
    for place in places:
        gain = gain_at(rgb8, place, mark)
        one = _found(place, mark, explained, gain, rgb8.shape) if _good(gain) else None
        found += [one] if one is not None else []
    return found


def _found(place: np.ndarray, mark: Shape, explained: float, gain: float, shape: tuple[int, ...]) -> Found | None:
    """The mark at its place, to a fraction of a pixel, cut off where the picture ends; None where little is left."""
    x, y = (int(np.floor(v)) for v in place)
    height, width = mark.alpha.shape
    to = np.array([[1, 0, place[0] - x], [0, 1, place[1] - y]], np.float64)
    both = np.concatenate([mark.alpha[..., None], mark.alpha[..., None] * mark.colour], 2)
    moved = cv2.warpAffine(both, to, (width + 1, height + 1), flags=cv2.INTER_LINEAR)
    x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + width + 1, shape[1]), min(y + height + 1, shape[0])
    part = moved[y0 - y : y1 - y, x0 - x : x1 - x]
    share = np.where(part[..., 0] > LEAST_ALPHA, np.clip(part[..., 0], 0, MOST_ALPHA), 0).astype(np.float32)
    if (share > 0).sum() < LEAST_PIXELS:
        return None
    colour = np.where((share > 0)[..., None], part[..., 1:] / np.maximum(part[..., :1], 1e-4), 0).astype(np.float32)
    scores = {"mark_gain": gain, "mark_explained": explained}
    return Found(x0, y0, share, colour, float(np.clip(0.7 + 0.3 * explained, 0, 1)), scores)
