"""Lines of text under each other, on a backing or not: what most hard overlays are set from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from operators.render import palette
from operators.render.ink import Ink, rounded_box
from operators.render.looks import Look, dress
from operators.render.sheet import Layer, Sheet, paint_sheet

ALIGNMENTS = ("left", "centre", "right")
_APART = 0.25  # of luminance, between letters and box


@dataclass(frozen=True)
class Backing:
    """A box behind a block: pad, radius and feather are shares of an em, opacity 0..1; width in px, None for as wide
    as the lines."""

    colour: palette.RGB
    opacity: float
    pad: float = 0.4
    radius: float = 0.0
    feather: float = 0.0
    width: int | None = None


def choose_backing(rng: np.random.Generator, look: Look) -> Backing:
    """A dark, light or coloured box, opaque or translucent, sharp, rounded or soft."""
    colour = palette.opposite(look.fill) if rng.random() < 0.6 else palette.vivid(rng)
    if abs(palette.luminance(colour) - palette.luminance(look.fill)) < _APART:
        colour = palette.opposite(look.fill)
    opacity = float(rng.uniform(0.15, 0.7)) if rng.random() < 0.6 else float(rng.uniform(0.7, 1.0))
    pad, toss = float(rng.uniform(0.1, 0.9)), rng.random()
    radius = float(rng.uniform(0.1, 0.9)) if toss < 0.5 else 0.0
    feather = float(rng.uniform(0.2, 0.8)) if toss > 0.85 else 0.0
    return Backing(colour, opacity, pad, radius, feather)


def lined_up(inks: Sequence[Ink], leading: float, alignment: str = "left") -> list[Ink]:
    """The lines' inks below each other, `leading` px apart. Raises ValueError for an alignment not in ALIGNMENTS."""
    if alignment not in ALIGNMENTS:
        raise ValueError(f"alignment must be one of {ALIGNMENTS}, got {alignment!r}")
    share = ALIGNMENTS.index(alignment) / 2
    return [
        ink.moved(-ink.x - round(share * ink.coverage.shape[1]), round(number * leading))
        for number, ink in enumerate(inks)
    ]


def backed(inks: Sequence[Ink], em: float, backing: Backing) -> list[Layer]:
    """The backing of the placed lines, cut between them: line i's share is a layer of line i."""
    pad = max(round(backing.pad * em), 1)
    left = min(ink.x for ink in inks) - pad
    right = max(ink.x + ink.coverage.shape[1] for ink in inks) + pad
    if backing.width is not None:
        left, right = (left + right - backing.width) // 2, (left + right + backing.width) // 2
    ends = [(ink.y, ink.y + ink.coverage.shape[0]) for ink in inks]
    cuts = [(below + above) // 2 for (_, below), (above, _) in zip(ends[:-1], ends[1:], strict=True)]
    cuts = sorted([ends[0][0] - pad // 2 - 1, *cuts, ends[-1][1] + pad // 2 + 1])
    tall = cuts[-1] - cuts[0]
    radius = min(backing.radius * em, tall / 2, (right - left) / 2)
    box = rounded_box(right - left, tall, radius, backing.feather * em)
    strips = [box[low - cuts[0] : high - cuts[0]] for low, high in zip(cuts[:-1], cuts[1:], strict=True)]
    return [
        Layer(Ink(strip, left, cut), backing.colour, backing.opacity, number)
        for number, (strip, cut) in enumerate(zip(strips, cuts, strict=False))
        if strip.size
    ]


def block(
    inks: Sequence[Ink],
    texts: Sequence[str],
    em: float,
    look: Look,
    leading: float,
    alignment: str = "centre",
    backing: Backing | None = None,
    opacity: float = 1.0,
) -> Sheet:
    """The sheet of the lines in one look; its quads bound each line with its share of the backing."""
    placed = lined_up(inks, leading, alignment)
    layers = [] if backing is None else backed(placed, em, backing)
    for number, ink in enumerate(placed):
        layers += dress(ink, em, look, number)
    return paint_sheet(layers, texts, opacity)
