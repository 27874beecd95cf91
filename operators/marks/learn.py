"""From collected pieces to known marks, with how sure we are of each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from operators.marks.collect import Collection, Pieces
from operators.marks.consensus import Consensus
from operators.marks.estimate import Estimate, estimate
from operators.marks.find import Candidate
from operators.marks.mark import Mark

LEAST_PIECES = 4
LEAST_SHARE = 0.3  # of the pictures it could be in
LEAST_CONFIDENCE = 0.5
TRIM = 6  # px at the border of a repeated piece, where letters are cut


def learn(consensus: Consensus, collection: Collection) -> list[Mark]:
    """The marks behind the candidates, surest first. Those that the model does not explain are left out."""
    marks = []
    for candidate, pieces in zip(collection.candidates, collection.pieces, strict=True):
        mark = _learn_one(candidate, pieces, consensus)
        if mark is not None and mark.confidence >= LEAST_CONFIDENCE:
            marks.append(mark)
    marks.sort(key=lambda m: (-m.confidence, -m.count))
    return [_named(mark, i) for i, mark in enumerate(marks, 1)]


def _learn_one(candidate: Candidate, pieces: Pieces, consensus: Consensus) -> Mark | None:
    kept = pieces.kept()
    total = int(pieces.scores.sum())
    count = pieces.present()
    if len(kept) < LEAST_PIECES or count < LEAST_SHARE * total:
        return None
    found = estimate(np.stack([piece for _, _, _, piece in kept]).astype(np.float32) / 255)
    if found is None:
        return None
    ys, xs = np.flatnonzero(found.support.any(1)), np.flatnonzero(found.support.any(0))
    box = slice(int(ys[0]), int(ys[-1]) + 1), slice(int(xs[0]), int(xs[-1]) + 1)
    if candidate.period is not None:
        high, wide = found.alpha.shape
        box = slice(TRIM, high - TRIM), slice(TRIM, wide - TRIM)
    offset = candidate.box[0] + box[1].start, candidate.box[1] + box[0].start
    return Mark("", found.alpha[box].astype(np.float16), found.colour[box].astype(np.float16), candidate.anchor, offset,
                candidate.size, candidate.period, pieces.sizes(), count, consensus.pictures,
                _confidence(found, len(kept), pieces))


def _confidence(found: Estimate, n: int, pieces: Pieces) -> float:
    """0..1: how much of the change the model explains, with what few pictures cannot tell taken off, and how far the
    pictures with the mark stand out of chance."""
    scores = [score for _, score, _, _ in pieces.kept()]
    clear = float(np.clip(np.median(scores) / 0.3, 0, 1))
    certain = found.explained * (1 - 1 / n)
    return round(float(np.sqrt(max(certain, 0) * clear)), 3)


def _named(mark: Mark, number: int) -> Mark:
    return replace(mark, name=f"mark {number}")
