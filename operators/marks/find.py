"""From the consensus to candidates: where do the pictures agree?"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from operators.marks.anchor import ANCHORS, anchor_point, cell_of
from operators.marks.consensus import SIDE, Consensus, Field
from operators.marks.lattice import find_period

LEAST_PICTURES = 6
LEAST_STRENGTH = 0.012  # mean bounded gradient of a cell on a mark's edge
LEAST_CELLS = 24  # strong cells of a mark
NEAR = 13  # cells that letters of one mark may lie apart
MARGIN = 8  # cells around a mark that are cut out with it
ALIKE = 0.35  # share of strong cells above which the pictures themselves are alike


@dataclass(frozen=True)
class Candidate:
    """anchor, size: as in `Mark`. box: (x0, y0, x1, y1) px from the anchor's point, margin included. gx, gy: float32
    (h, w, 2) mean gradients of its cells, 0 off the edges. period: float32 (2, 2) px, or None. score: strength over
    its cells, times the share of pictures that were asked."""

    anchor: str
    size: tuple[int, int] | None
    box: tuple[int, int, int, int]
    gx: np.ndarray
    gy: np.ndarray
    period: np.ndarray | None
    score: float


def find_candidates(consensus: Consensus, most: int = 16) -> list[Candidate]:
    """Places on which the gradients agree, strongest first; each at the anchor where they agree most. Raises
    `ValueError` when there are too few pictures to tell."""
    if consensus.pictures < LEAST_PICTURES:
        raise ValueError(f"{consensus.pictures} pictures of 32 px or more: marks can be told from scenery in "
                         f"{LEAST_PICTURES} or more, and well in 30 or more")
    found = [c for name, own in consensus.fields.items() for c in _in_field(name, own, consensus)]
    sizes = _sizes(consensus)
    found.sort(key=lambda c: -c.score * (1 - 0.1 * _far(c, sizes[0])))
    kept: list[Candidate] = []
    for candidate in found:
        if not any(_same_place(candidate, k, sizes) for k in kept):
            kept.append(candidate)
    return kept[:most]


def agreement(own: Field) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(gx, gy, strong): mean bounded gradients, (h, w, 2), and bool (h, w): cells on which the pictures agree.

    Agreement is the length of the summed gradient over what it would be if all pictures had the same; the sums of
    unrelated gradients reach 1 / sqrt(pictures).
    """
    count = np.maximum(own.count, 1)
    length = _length(own.gx, own.gy)
    agreed = length / np.sqrt(count * (own.energy + count * 0.006**2))
    needed = np.clip(2.4 / np.sqrt(count), 0.28, 0.9)
    enough = own.count >= max(LEAST_PICTURES, 0.4 * float(own.count.max()))
    strong = enough & (agreed > needed) & (length / count > LEAST_STRENGTH)
    dense = cv2.boxFilter(strong.astype(np.float32), -1, (9, 9), borderType=cv2.BORDER_CONSTANT) > 0.12
    return own.gx / count[..., None], own.gy / count[..., None], strong & dense


def _length(gx: np.ndarray, gy: np.ndarray) -> np.ndarray:
    return np.sqrt((gx**2 + gy**2).sum(-1))


def _in_field(name: str, own: Field, consensus: Consensus) -> list[Candidate]:
    least = max(LEAST_PICTURES, 0.3 * consensus.pictures if name in ANCHORS else 0.1 * consensus.pictures)
    if own.count.max() < least:
        return []
    gx, gy, strong = agreement(own)
    seen = own.count >= 0.4 * own.count.max()
    if strong.sum() > ALIKE * seen.sum():
        return []
    boxes = _boxes(strong)
    gx, gy = gx * strong[..., None], gy * strong[..., None]
    period = find_period(gx[..., 0], gy[..., 0]) if len(boxes) >= 3 else None
    if period is not None:
        boxes = [_cell_box(period, seen, name)]
    share = float(own.count.max()) / consensus.pictures
    return [_candidate(name, box, gx, gy, period, seen, share) for box in boxes]


def _boxes(strong: np.ndarray) -> list[tuple[int, int, int, int]]:
    """(x0, y0, x1, y1) cells around each group of strong cells; straight lines, as frames leave them, are none."""
    joined = cv2.dilate(strong.astype(np.uint8), np.ones((NEAR, NEAR), np.uint8))
    count, labels = cv2.connectedComponents(joined)
    labels[~strong] = 0
    boxes = []
    for label in range(1, count):
        ys, xs = np.nonzero(labels == label)
        if len(ys) >= LEAST_CELLS and min(np.ptp(ys), np.ptp(xs)) >= 3:
            boxes.append((int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1))
    return boxes


def _cell_box(period: np.ndarray, seen: np.ndarray, name: str) -> tuple[int, int, int, int]:
    """A box of cells next to the anchor that holds every point of the repeated pattern once."""
    ys, xs = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    wide, high = np.ceil(np.abs(period).sum(0) / 2).astype(int) + 2 * MARGIN
    column, row = cell_of(name, SIDE) if name in ANCHORS else (0, 0)
    x0 = int(np.clip(column - wide // 2, xs[0], max(xs[-1] + 1 - wide, xs[0])))
    y0 = int(np.clip(row - high // 2, ys[0], max(ys[-1] + 1 - high, ys[0])))
    return x0, y0, min(x0 + int(wide), int(xs[-1]) + 1), min(y0 + int(high), int(ys[-1]) + 1)


def _candidate(name: str, box: tuple[int, int, int, int], gx: np.ndarray, gy: np.ndarray, period: np.ndarray | None,
               seen: np.ndarray, share: float) -> Candidate:
    margin = 0 if period is not None else MARGIN
    ys, xs = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    x0, y0 = max(box[0] - margin, int(xs[0])), max(box[1] - margin, int(ys[0]))
    x1, y1 = min(box[2] + margin, int(xs[-1]) + 1), min(box[3] + margin, int(ys[-1]) + 1)
    own = np.s_[y0:y1, x0:x1]
    column, row = cell_of(name, SIDE) if name in ANCHORS else (0, 0)
    size = None if name in ANCHORS else tuple(int(v) for v in name.split("x"))
    place = tuple(2 * v for v in (x0 - column, y0 - row, x1 - column, y1 - row))
    whole = _length(gx, gy) if period is not None else _length(gx[own], gy[own])
    anchor, score = name if size is None else ANCHORS[0], share * float(whole.sum())
    return Candidate(anchor, size, place, gx[own], gy[own], period, score)  # type: ignore[arg-type]


def _sizes(consensus: Consensus) -> list[tuple[int, int]]:
    """(width, height), the most frequent first."""
    parts = [size.partition("x") for size, _ in consensus.sizes.most_common(16)]
    return [(int(width), int(height)) for width, _, height in parts]


def _far(candidate: Candidate, size: tuple[int, int]) -> float:
    """How far a candidate lies from its anchor, 0..1 of the picture: equally good anchors differ in that."""
    x0, y0, x1, y1 = candidate.box
    return min(float(np.hypot((x0 + x1) / 2 / size[0], (y0 + y1) / 2 / size[1])), 1.0)


def _same_place(one: Candidate, two: Candidate, sizes: list[tuple[int, int]]) -> bool:
    """Whether two candidates cover each other in pictures of some size, or one repeats over the whole picture."""
    if one.size and two.size and one.size != two.size:
        return False
    if two.period is not None:
        return True
    own = one.size or two.size
    return any(_cover(one, two, size) for size in ([own] if own else sizes))


def _cover(one: Candidate, two: Candidate, size: tuple[int, int]) -> bool:
    a, b = (np.array(c.box) + np.tile(anchor_point(c.anchor, *size), 2) for c in (one, two))
    common = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    smaller = min(np.prod(a[2:] - a[:2]), np.prod(b[2:] - b[:2]))
    return bool((common > 0).all() and np.prod(common) > 0.3 * smaller)
