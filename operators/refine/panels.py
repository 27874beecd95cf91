"""Panels behind lines of text: found, taken away so that the letters can be looked at, and made regions of their own.

I = (1 - p) [(1 - a) B + a T] + p P for letters of alpha a and colour T on a panel of alpha p and colour P: once the
panel is computed away, letters lie on the bare picture, and what it lets through between them need not be invented.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from operators.matting.estimate import Estimate
from operators.matting.frame import Frame
from operators.measures.distance import distance_to_zero
from operators.options import RefineOptions
from operators.panels.find import find_panels
from operators.panels.panel import Panel
from operators.picture import Picture
from operators.record import Matte, Region
from operators.refine.dilation import feather_extent, growth_for
from operators.refine.grow import blended, cropped
from operators.tiles import Box, hole_box, overlap

OPAQUE = 0.9  # of opacity: what a thicker panel lets through is noise
CONTEXT = 12  # px around a panel by which its ring is judged


def panels_behind(
    picture: Picture, regions: Sequence[Region], due: Sequence[int], options: RefineOptions
) -> list[tuple[Panel, list[int]]]:
    """Panels, and the regions on each: of the due ones only lines of text that were found can have one. With hard
    mattes all of them are opaque."""
    if not options.panels:
        return []
    lines = [i for i in due if regions[i].kind == "text" and regions[i].source == "detector"]
    found = find_panels(picture, [regions[i].quad for i in lines])
    return [(replace(panel, level=1.0) if options.alpha == "hard" else panel, [lines[k] for k in own])
            for panel, own in found]


def see_through(panel: Panel) -> bool:
    """Whether what lies under it can be computed back."""
    return panel.level < OPAQUE


def without(picture: Picture, panels: Sequence[Panel]) -> Picture:
    """The picture as it looks with these panels computed away; itself without any."""
    if not panels:
        return picture
    rgb = picture.rgb.copy()
    for panel in panels:
        x0, y0, x1, y1 = panel.box(1, picture.width, picture.height)
        share = panel.level * panel.coverage(x0, y0, x1, y1)[..., None]
        back = (rgb[y0:y1, x0:x1].astype(np.float32) - share * panel.colour * picture.peak) / (1 - share)
        rgb[y0:y1, x0:x1] = np.rint(np.clip(back, 0, picture.peak)).astype(rgb.dtype)
    return replace(picture, rgb=rgb)


def laid_on(matte: Matte, panel: Panel) -> Matte:
    """The matte of letters, estimated without their panel, as it is in the picture: with the panel's share in alpha and
    colour, and no part of the panel shining through the edge of the fill."""
    height, width = matte.hole.shape
    below = panel.level * panel.coverage(matte.x, matte.y, matte.x + width, matte.y + height)
    own = matte.alpha.astype(np.float32)
    own, below = np.where(matte.hole, own, 0), np.where(matte.hole, below, 0)
    alpha = 1 - (1 - own) * (1 - below)
    letters = matte.colour.astype(np.float32)
    mixed = ((1 - below) * own)[..., None] * letters + below[..., None] * panel.colour
    colour = np.where(alpha[..., None] > 0, mixed / np.maximum(alpha, 1e-6)[..., None], letters)
    blend = np.where(below > 0, 1, matte.blend)
    return replace(matte, alpha=alpha.astype(np.float16), blend=blend.astype(np.float16),
                   colour=colour.astype(np.float32), candidate=f"{matte.candidate}, on a panel")


def region_of(panel: Panel, picture: Picture, lines: Sequence[Region], options: RefineOptions) -> Region | None:
    """The panel as a region of its own: all of it when it is opaque, else what is not in the holes of its letters; None
    when they leave nothing of it."""
    margin = int(np.ceil(options.max_growth)) + CONTEXT
    x0, y0, x1, y1 = panel.box(margin, picture.width, picture.height)
    view, cover = picture.view(x0, y0, x1, y1), panel.coverage(x0, y0, x1, y1)
    frame = Frame(view, panel.quad - np.array([x0, y0], np.float32), np.zeros(cover.shape, bool))
    growth, feather = growth_for(0.0, frame.texture, options), feather_extent(options)
    blend = blended(distance_to_zero(cover <= 0), growth, feather, view)
    level = panel.level if see_through(panel) else 1.0
    alpha = level * cover
    if see_through(panel):
        free = ~_letters(lines, Box(x0, y0, x1, y1, ()))
        alpha, blend = alpha * free, blend * free
    if not (blend > 0).any():
        return None
    estimate = Estimate(alpha.astype(np.float32), panel.colour, level, "panel", 1.0)
    matte = cropped(alpha, blend, estimate, (frame.line_height, growth, feather), (x0, y0))
    features = {"texture": frame.texture, "alpha": level, "line_height": frame.line_height}
    return Region(panel.quad, max(line.confidence for line in lines), kind="panel", features=features, matte=matte)


def _letters(lines: Sequence[Region], window: Box) -> np.ndarray:
    """Bool (h, w): the holes of these regions in a window of the picture."""
    holes = np.zeros((window.y1 - window.y0, window.x1 - window.x0), bool)
    for line in lines:
        if line.matte is not None:
            here, there = overlap(window, hole_box(0, line))
            if here is not None:
                holes[here] |= line.matte.hole[there]
    return holes
