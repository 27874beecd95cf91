"""Is a known mark on this picture, where exactly, and how strongly?

The change a mark makes, alpha (T - B), is predicted with the membrane from around it as B. Its gradients are correlated
with the picture's, at the mark's place and at shifts where it cannot be: those say what chance reaches here. The gain,
the regression of the picture's gradients on the predicted ones, tells un-blending to be right: above 1/2 it takes
gradient energy away, below it adds some.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from operators.fill.harmonic import fill_membrane

REACH = 14  # px: shifts that are looked at, and the context around a mark
NEAR = 2  # px: shifts that may still be the mark's own
LEAST_SCORE = 5.0  # the gain over its spread at other shifts
LEAST_GAIN, MOST_GAIN = 0.45, 1.7
LEAST_MATCH = 0.2  # correlation of the gradients
COVERED = 0.02
LEAST_PIXELS = 16
VISIBLE = 0.006  # rms of the predicted change, below which nobody sees the mark and nothing can be told


@dataclass(frozen=True)
class Presence:
    """gain: 1 for the mark as known. score: gain over chance. match: correlation of gradients, -1..1. shift: (x, y) px
    by which it lies elsewhere. present: whether it is there."""

    gain: float
    score: float
    match: float
    shift: tuple[int, int]
    present: bool

    @property
    def confidence(self) -> float:
        """0.7..1 where present."""
        return 1 - 0.3 * (LEAST_SCORE / max(self.score, LEAST_SCORE)) ** 2 if self.present else 0.0


ABSENT = Presence(0.0, 0.0, 0.0, (0, 0), False)


def predicted(view: np.ndarray, alpha: np.ndarray, colour: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(change, back): float32 (h, w, 3), what the mark adds to a view, and the view with the mark's place filled."""
    back = fill_membrane(view, alpha > COVERED)
    return (alpha[..., None] * (colour - back)).astype(np.float32), back


def judge(view: np.ndarray, alpha: np.ndarray, change: np.ndarray) -> Presence:
    """Whether the mark is on the view. view: float32 (h, w, 3), 0..1, with context around the mark. alpha: float32
    (h, w). change: float32 (h, w, 3), as `predicted`."""
    covered = alpha > COVERED
    if covered.sum() < LEAST_PIXELS:
        return ABSENT
    if float(np.sqrt((change[covered] ** 2).mean())) < VISIBLE:
        return ABSENT
    surface, match = _correlated(view, change)
    middle = np.array(surface.shape) // 2
    rows, columns = (np.abs(np.arange(n) - m) for n, m in zip(surface.shape, middle, strict=True))
    near = np.maximum(rows[:, None], columns[None]) <= NEAR
    at = np.unravel_index(int(np.where(near, surface, -np.inf).argmax()), surface.shape)
    gain = float(surface[at])
    chance = float(np.sqrt((surface[~near] ** 2).mean())) if (~near).any() else 1.0
    score = gain / max(chance, 0.02)
    match *= gain / max(float(surface[tuple(middle)]), 1e-6) if surface[tuple(middle)] > 0 else 0
    top = gain >= float(surface.max()) - 1e-6
    present = top and score >= LEAST_SCORE and LEAST_GAIN <= gain <= MOST_GAIN and match >= LEAST_MATCH
    return Presence(gain, score, float(match), (int(at[1] - middle[1]), int(at[0] - middle[0])), present)


def _correlated(view: np.ndarray, change: np.ndarray) -> tuple[np.ndarray, float]:
    """(surface, match): gains at every shift within REACH, float32 (h, w), no shift in the middle; and the correlation
    without a shift. The picture's gradients are bounded by those of the mark: one strong edge must not decide."""
    total, own, theirs = None, 0.0, 0.0
    for axis in (0, 1):
        wanted, seen = np.diff(change, axis=axis), np.diff(view, axis=axis)
        bound = 1.5 * float(np.abs(wanted).max()) + 1e-6
        seen = np.clip(seen, -bound, bound)
        wide = cv2.copyMakeBorder(seen, REACH, REACH, REACH, REACH, cv2.BORDER_REFLECT_101)
        part = cv2.matchTemplate(wide, wanted, cv2.TM_CCORR)
        total = part if total is None else total + part
        own += float((wanted**2).sum())
        theirs += float((seen**2)[np.abs(wanted).max(2) > 0.1 * bound].sum())
    assert total is not None
    centre = float(total[total.shape[0] // 2, total.shape[1] // 2])
    return total / max(own, 1e-9), centre / max(np.sqrt(own * theirs), 1e-9)


def fitted(view: np.ndarray, alpha: np.ndarray, change: np.ndarray, back: np.ndarray) -> tuple[float, float, float]:
    """(gain, x, y): opacity and shift, px, of the mark on this view, by one Gauss-Newton step on the difference of the
    view and its fill; (1, 0, 0) unless that lowers the residual by a fiftieth. change, back: as `predicted`."""
    near = cv2.dilate((alpha > COVERED).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    seen = _detail(view - back)[near].ravel()
    slopes = [-np.gradient(change, axis=1), -np.gradient(change, axis=0)]
    columns = np.stack([_detail(c.astype(np.float32))[near].ravel() for c in (change, *slopes)], 1)
    bound = 3 * float(np.median(np.abs(seen - columns[:, 0]))) + 1e-4
    trusted = np.abs(seen - columns[:, 0]) < bound
    solved = np.linalg.lstsq(columns[trusted], seen[trusted], rcond=None)[0]
    before = float(((seen - columns[:, 0])[trusted] ** 2).sum())
    after = float(((seen - columns @ solved)[trusted] ** 2).sum())
    gain, x, y = (float(v) for v in solved)
    if after > 0.98 * before or not 0.5 < gain < 1.6:
        return 1.0, 0.0, 0.0
    x, y = (float(np.clip(v / gain, -1.5, 1.5)) for v in (x, y))
    return gain, x if abs(x) > 0.1 else 0.0, y if abs(y) > 0.1 else 0.0


def opacity(view: np.ndarray, alpha: np.ndarray, colour: np.ndarray) -> float:
    """0..1: the opacity at which a mark of alpha up to 1 is on a view, by regression on the change it would make; the
    background taken from around it. Opaque marks hide it, so nothing under them is read: B is the membrane."""
    change, back = predicted(view, alpha, colour)
    solid = alpha > 0.5 * float(alpha.max())
    seen, wanted = (view - back)[solid], change[solid]
    return float(np.clip((seen * wanted).sum() / max(float((wanted**2).sum()), 1e-9), 0, 1))


def _detail(values: np.ndarray) -> np.ndarray:
    return values - cv2.GaussianBlur(values, (0, 0), 4.0)
