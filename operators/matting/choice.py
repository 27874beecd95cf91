"""Which candidate wins: the best alone, the best of each piece of the line, or a union that explains more."""

from __future__ import annotations

import numpy as np

from operators.matting.candidates import candidates
from operators.matting.frame import Frame
from operators.matting.score import edges_per_piece, score

GAIN = 0.01  # by which a combination must beat what it is made of
PARTNERS = 4


def choose(frame: Frame, excess: np.ndarray) -> tuple[np.ndarray | None, str, float]:
    """(mask, name, agreement) of the winner; (None, "", 0) without candidates.

    excess: colour excess of the frame, float32 (h, w).
    """
    masks = candidates(frame, excess)
    if not masks:
        return None, "", 0.0
    agreement: dict[str, float] = {}
    for name, mask in masks.items():
        agreement[name] = score(mask, frame, max(agreement.values(), default=0.0)).agreement
    order = sorted(masks, key=lambda n: (-agreement[n], n))
    best, name, value = masks[order[0]], order[0], agreement[order[0]]
    mixed = _mosaic([masks[n] for n in order[:PARTNERS + 2]], frame)
    if mixed is not None and (mixed_value := score(mixed, frame, value + GAIN).agreement) > value + GAIN:
        best, name, value = mixed, "mosaic", mixed_value
    for other in order[:PARTNERS + 1]:
        union = best | masks[other]
        if union.sum() > best.sum() and (united := score(union, frame, value + GAIN).agreement) > value + GAIN:
            best, name, value = union, f"{name} + {other}", united
    return best, name, value


def _mosaic(masks: list[np.ndarray], frame: Frame) -> np.ndarray | None:
    """In every piece of the line the mask that explains its edges best; None when one wins everywhere."""
    if int(frame.pieces.max()) == 0:
        return None
    winner = np.stack([edges_per_piece(mask, frame)[0] for mask in masks]).argmax(0)
    if (winner == winner[0]).all():
        return None
    chosen = winner[frame.pieces]
    out = np.zeros_like(masks[0])
    for index in np.unique(winner):
        out |= (chosen == index) & masks[index]
    return out
