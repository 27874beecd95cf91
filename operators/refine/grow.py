"""From what is overlay to what may change: the hole grows beyond the overlay, and blends into what surrounds it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from operators.matting.background import interpolate
from operators.matting.estimate import Estimate
from operators.matting.stroke import stroke_width
from operators.measures.luma import LUMA
from operators.options import RefineOptions
from operators.record import Matte
from operators.refine.counters import spare_counters
from operators.refine.dilation import check_growth, distance_from, feather_extent, growth_for
from operators.refine.feather import feather_blend
from operators.refine.homography import needs_plane, text_plane
from operators.refine.islands import close_strange


@dataclass(frozen=True)
class Ground:
    """What a region stands on. view: float32 (h, w, 3), RGB 0..1, whose top left pixel is `origin`, (x, y), in the
    picture. quad: float32 (4, 2), px of the view. texture: sigma of the ring. coverage: float32 (h, w), 0..1, of the
    segmenter, if it looked. size: (width, height) of the picture."""

    view: np.ndarray
    quad: np.ndarray
    origin: tuple[int, int]
    texture: float
    coverage: np.ndarray | None
    size: tuple[int, int]


def grown(found: Estimate, ground: Ground, options: RefineOptions) -> Matte:
    """The matte of an estimate, of the shape of the ground's view, not empty; cropped to its hole."""
    support = found.alpha > 0
    plane = None
    if options.normalise and needs_plane(ground.quad):
        centre = np.array(ground.size) / 2 - np.array(ground.origin, np.float32)
        plane = text_plane(ground.quad, centre, max(ground.size), 2.0 * options.max_growth)
    flat = support if plane is None else plane.rectify(support.astype(np.float32)) >= 0.5
    stroke = stroke_width(flat) / (plane.scale if plane else 1.0)
    growth, feather = growth_for(stroke, ground.texture, options), feather_extent(options)
    check_growth(growth, feather)
    distance = spare_counters(distance_from(support, plane), growth, feather)
    distance = close_strange(distance, growth, ground.view, ground.coverage)
    blend = blended(distance, growth, feather, ground.view)
    alpha = support.astype(np.float32) if options.alpha == "hard" else found.alpha
    return cropped(alpha, blend, found, (stroke, growth, feather), ground.origin)


def blended(distance: np.ndarray, growth: float, feather: float, view: np.ndarray) -> np.ndarray:
    """Weight of the fill by the distance to the overlay, px, float32 (h, w): see `feather_blend`."""
    known = interpolate(view, distance > growth - feather) if feather else view
    return feather_blend(distance, growth, feather, known @ LUMA)


def cropped(
    alpha: np.ndarray, blend: np.ndarray, found: Estimate, sizes: tuple[float, float, float], origin: tuple[int, int]
) -> Matte:
    """The matte where `blend`, float32 (h, w), not empty, is above 0. sizes: stroke, growth and feather, px. origin:
    (x, y) of the arrays' top left pixel in the picture."""
    hole = blend > 0
    rows, columns = np.flatnonzero(hole.any(1)), np.flatnonzero(hole.any(0))
    left, top = int(columns[0]), int(rows[0])
    box = slice(top, int(rows[-1]) + 1), slice(left, int(columns[-1]) + 1)
    stroke, growth, feather = sizes
    return Matte(
        x=origin[0] + left,
        y=origin[1] + top,
        alpha=alpha[box].astype(np.float16),
        hole=hole[box].copy(),
        blend=blend[box].astype(np.float16),
        colour=found.colour if found.colour.ndim == 1 else found.colour[box].copy(),
        stroke=stroke,
        growth=growth,
        feather=feather,
        candidate=found.candidate,
        agreement=found.agreement,
    )
