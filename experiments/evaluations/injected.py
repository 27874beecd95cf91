"""Good composites of unseen photographs with one failure put in: what remedies are measured on.

Three of four crops are under rendered overlays in fonts never trained on, one is under a box; the good composite is the
truth itself or a generator's filling, in turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.datasets import data_folder, photo_paths, read_rgb
from experiments.training.fonts import held_out_fonts
from experiments.training.holes.crops import LEAST, MOST, VISIBLE, soft_rim
from experiments.training.holes.support import box
from experiments.training.verifier.failures import inject
from experiments.training.views.feed import place
from experiments.training.views.photo import resized
from operators.remedy import Refill, Wound
from operators.render import KINDS, FontBook, render_overlay
from operators.verify.verdict import FAILURES

SIZE, CONTEXT = 176, 24  # px of a crop, and of its rim that holds no hole
EVERY_BOX = 4


@dataclass(frozen=True)
class Case:
    """truth, good: float32 (S, S, 3). wound: the good composite with the failure in it. failure: its name, or empty.
    source: truth or prior."""

    truth: np.ndarray
    good: np.ndarray
    wound: Wound
    failure: str
    source: str


def cases(split: str, count: int, refill: Refill, failures: Sequence[str] = FAILURES, seed: int = 0) -> Iterator[Case]:
    """Case i holds failure i modulo their number; the same whatever the count. "" stands for none."""
    paths, fonts = photo_paths(split), held_out_fonts(data_folder() / "fonts")
    order = np.random.default_rng(seed).permutation(len(paths))
    for i in range(count):
        rng = np.random.default_rng([seed, i, 7])
        truth, alpha, hole, blend = _crop(read_rgb(paths[order[i % len(paths)]]), i, fonts, rng)
        source = "prior" if (i // len(failures)) % 2 else "truth"
        good = truth
        if source == "prior":
            filled = refill(truth, hole, 1 - blend, i, 1)[0]
            good = truth + blend[..., None] * (filled - truth)
        name = failures[i % len(failures)]
        rgb = inject(name, good, alpha, hole, rng) if name else good
        yield Case(truth, good, Wound(rgb, alpha, hole, blend, i), name, source)


def _crop(photo: np.ndarray, index: int, fonts: FontBook, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """(truth float32, alpha float32, hole bool, blend float32) of SIZE px, no hole in its outer CONTEXT px."""
    photo = resized(photo, float(rng.uniform(400, 800)) / max(photo.shape[:2]))
    short = min(photo.shape[:2])
    photo = resized(photo, SIZE / short) if short < SIZE else photo
    core = np.zeros((SIZE, SIZE), bool)
    core[CONTEXT:-CONTEXT, CONTEXT:-CONTEXT] = True
    for attempt in range(40):
        if index % EVERY_BOX == EVERY_BOX - 1:
            y, x = place(photo.shape, np.empty((0, 4, 2)), SIZE, 0.0, rng)
            alpha = (box(SIZE, rng) & core).astype(np.float32)
        else:
            drawn = render_overlay(photo, KINDS[(index + attempt // 8) % len(KINDS)], rng, fonts)
            y, x = place(photo.shape, np.stack([region.quad for region in drawn.regions]), SIZE, 1.0, rng)
            alpha = drawn.alpha[y : y + SIZE, x : x + SIZE].astype(np.float32) * core
        truth = np.ascontiguousarray(photo[y : y + SIZE, x : x + SIZE])
        hole, known = soft_rim(alpha > VISIBLE, truth, rng)
        if LEAST / 2 <= hole.mean() <= MOST:
            return truth.astype(np.float32) / 255, alpha, hole, (1 - known).astype(np.float32)
    raise RuntimeError(f"no hole came about at crop {index}")
