"""The second pass: pieces of the pictures under each candidate, a bounded sample of them, and how many have it."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from operators.marks.anchor import anchor_point
from operators.marks.consensus import cell_gradients
from operators.marks.find import Candidate
from operators.payload import pack, unpack

MOST_PIECES, LEAST_PIECES, MOST_BYTES = 192, 32, 48_000_000
BINS = 200  # of scores from -1 to 1
PRESENT = 0.4  # share of the usual score from which a picture has the mark


@dataclass
class Pieces:
    """A sample of one candidate's pieces. drawn: (number, score, WIDTHxHEIGHT, uint8 (h, w, 3)), lowest numbers first,
    where the number comes from the picture's key, so that the sample depends neither on order nor on workers.
    scores: pictures per bin of score. sizes: pictures per WIDTHxHEIGHT and bin."""

    most: int
    drawn: list[tuple[int, float, str, np.ndarray]] = field(default_factory=list)
    scores: np.ndarray = field(default_factory=lambda: np.zeros(BINS, np.int64))

    def add(self, number: int, score: float, size: str, piece: np.ndarray) -> None:
        self.scores[min(int((score + 1) / 2 * BINS), BINS - 1)] += 1
        self.drawn.append((number, score, size, piece))
        self._trim()

    def merge(self, other: Pieces) -> None:
        self.scores += other.scores
        self.drawn += other.drawn
        self._trim()

    def _trim(self) -> None:
        self.drawn.sort(key=lambda d: (d[0], d[1]))
        del self.drawn[self.most :]

    def least_score(self) -> float:
        """From which score on a picture has the mark: a share of what four in five pictures do not exceed."""
        cumulated = np.cumsum(self.scores)
        usual = int(np.searchsorted(cumulated, 0.8 * cumulated[-1])) / BINS * 2 - 1
        return max(PRESENT * usual, 0.05)

    def present(self) -> int:
        first = int(np.ceil((self.least_score() + 1) / 2 * BINS))
        return int(self.scores[first:].sum())

    def kept(self) -> list[tuple[int, float, str, np.ndarray]]:
        """The sampled pieces that have the mark."""
        least = self.least_score()
        return [d for d in self.drawn if d[1] >= least]

    def sizes(self) -> tuple[tuple[int, int, int], ...]:
        """(width, height, pieces) of the kept sample, the most frequent first."""
        counted = Counter(size for _, _, size, _ in self.kept()).most_common(16)
        return tuple((int(s.partition("x")[0]), int(s.partition("x")[2]), n) for s, n in counted)


@dataclass
class Collection:
    """Pieces of every candidate."""

    candidates: list[Candidate]
    pieces: list[Pieces] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pieces = self.pieces or [Pieces(_most(c)) for c in self.candidates]

    def add(self, rgb8: np.ndarray, key: str) -> None:
        """One (H, W, 3) uint8 picture."""
        height, width = rgb8.shape[:2]
        number = zlib.crc32(key.encode())
        for candidate, pieces in zip(self.candidates, self.pieces, strict=True):
            piece = cut(candidate, rgb8)
            if piece is not None:
                pieces.add(number, score(candidate, piece), f"{width}x{height}", piece)

    def merge(self, other: Collection) -> None:
        for mine, theirs in zip(self.pieces, other.pieces, strict=True):
            mine.merge(theirs)

    def pack(self) -> bytes:
        """The pieces; the candidates are known to whoever merges them."""
        arrays, about = {}, []
        for i, pieces in enumerate(self.pieces):
            arrays[f"{i}.scores"] = pieces.scores
            for k, (_, _, _, piece) in enumerate(pieces.drawn):
                arrays[f"{i}.{k}"] = piece
            about.append([[n, s, size] for n, s, size, _ in pieces.drawn])
        return pack(arrays, json.dumps(about))

    @classmethod
    def unpack(cls, data: bytes, candidates: list[Candidate]) -> Collection:
        arrays, text = unpack(data)
        made = cls(candidates)
        for i, drawn in enumerate(json.loads(text)):
            made.pieces[i].scores = arrays[f"{i}.scores"].copy()
            made.pieces[i].drawn = [(n, s, size, arrays[f"{i}.{k}"]) for k, (n, s, size) in enumerate(drawn)]
        return made


def cut(candidate: Candidate, rgb8: np.ndarray) -> np.ndarray | None:
    """uint8 (h, w, 3): the picture under the candidate's box, or None where it does not lie in the picture."""
    height, width = rgb8.shape[:2]
    if candidate.size is not None and candidate.size != (width, height):
        return None
    x, y = anchor_point(candidate.anchor, width, height)
    x0, y0, x1, y1 = (v + o for v, o in zip(candidate.box, (x, y, x, y), strict=True))
    if x0 < 0 or y0 < 0 or x1 > width or y1 > height:
        return None
    return np.ascontiguousarray(rgb8[y0:y1, x0:x1])


def score(candidate: Candidate, piece: np.ndarray) -> float:
    """Correlation, -1..1, of a piece's bounded gradients with the candidate's, over the candidate's edges."""
    gx, gy = cell_gradients(piece)
    edges = (candidate.gx != 0) | (candidate.gy != 0)
    product = float((gx * candidate.gx + gy * candidate.gy).sum())
    own = float((gx[edges] ** 2 + gy[edges] ** 2).sum())
    theirs = float((candidate.gx**2 + candidate.gy**2).sum())
    return product / max(np.sqrt(own * theirs), 1e-9)


def _most(candidate: Candidate) -> int:
    """How many pieces fit the memory of one candidate."""
    x0, y0, x1, y1 = candidate.box
    return int(np.clip(MOST_BYTES // max(3 * (x1 - x0) * (y1 - y0), 1), LEAST_PIECES, MOST_PIECES))
