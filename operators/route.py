"""Route: the cheapest path of each region that will survive inspection, and why; and the tiles it is filled in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from operators.measures.luma import LUMA
from operators.options import FillOptions, RouteOptions
from operators.picture import Picture
from operators.record import ImageRecord, Region
from operators.stage import Stage
from operators.tiles import cut_tiles

MOST_SUBTRACTED = 0.85  # alpha of a known mark above which little of the picture is left to compute back
EDGE = 0.05  # gradient per px of what counts as an edge that runs into the hole


@dataclass
class PrepareStage(Stage):
    """Sets features, route and reason of every region, and the record's tiles. Regions below `min_confidence` are kept
    as they are; a picture in which nothing is to be filled gets no tiles, and the reason why."""

    name: ClassVar[str] = "prepare"
    route: RouteOptions = RouteOptions()
    fill: FillOptions = FillOptions()
    min_confidence: float = 0.5

    def process(self, record: ImageRecord) -> None:
        for region in record.regions:
            if region.matte is not None:
                region.features |= features(region, record.picture())
            region.route, region.reason = choose(region, self.route, self.min_confidence)
        size, fill = (record.picture().width, record.picture().height), self.fill
        inverted = [i for i, r in enumerate(record.regions) if r.route == "unblend"]
        filled = [i for i, r in enumerate(record.regions) if r.route in ("flat", "prior", "diffusion")]
        record.tiles = [tile for group in (inverted, filled) if group
                        for tile in cut_tiles(record.regions, group, size, fill.tile_margin, fill.tile_merge,
                                              fill.tile_side)]
        if not record.tiles:
            record.reason = why_kept([r for r in record.regions if _counts(r, self.min_confidence)])


def features(region: Region, picture: Picture) -> dict[str, float]:
    """What the rule looks at: area (hole, px), share (of the picture), stroke (px), edges (share of the hole's rim that
    an edge crosses), confidence. `texture` and `alpha` come from refine."""
    matte = region.matte
    if matte is None:
        return {}
    height, width = matte.hole.shape
    x0, y0 = max(matte.x - 4, 0), max(matte.y - 4, 0)
    x1, y1 = min(matte.x + width + 4, picture.width), min(matte.y + height + 4, picture.height)
    hole = np.zeros((y1 - y0, x1 - x0), np.uint8)
    hole[matte.y - y0 : matte.y - y0 + height, matte.x - x0 : matte.x - x0 + width] = matte.hole
    area = float(matte.hole.sum())
    return {"area": area, "share": area / (picture.width * picture.height), "stroke": matte.stroke,
            "confidence": region.confidence, "edges": _crossing(picture.view(x0, y0, x1, y1), hole)}


def _crossing(view: np.ndarray, hole: np.ndarray) -> float:
    """Share of the rim, two to four px outside the hole, on which the picture has an edge."""
    luma = view @ LUMA
    disc = np.ones((3, 3), np.uint8)
    near, far = cv2.dilate(hole, disc, iterations=2), cv2.dilate(hole, disc, iterations=4)
    rim = (far > 0) & (near == 0)
    if not rim.any():
        return 0.0
    dx, dy = (cv2.Sobel(luma, cv2.CV_32F, *axis, ksize=3, scale=0.125) for axis in ((1, 0), (0, 1)))
    return float((np.hypot(dx, dy)[rim] > EDGE).mean())


def choose(region: Region, options: RouteOptions, min_confidence: float) -> tuple[str, str]:
    """(route, reason) of one region from its features."""
    seen = region.features
    known = region.source == "marks"
    if not _counts(region, min_confidence):
        return "keep", f"confidence {region.confidence:.3f} below {min_confidence:g}"
    if region.matte is None:
        return "keep", "nothing to remove there: no pixel of it is overlay, or it lies outside the picture"
    if known and seen["alpha"] <= MOST_SUBTRACTED:
        return "unblend", "a known mark: subtracted"
    if region.kind == "panel" and seen["alpha"] < 1:
        return "unblend", f"a panel that lets {1 - seen['alpha']:.0%} through"
    if region.source in ("detector", "segmenter") and seen["share"] > options.max_share:
        return "keep", (f"too large to fill honestly: {seen['share']:.0%} of the picture, more than "
                        f"{options.max_share:.0%}; hand over a mask if it is overlay")
    if seen["alpha"] <= options.unblend_max_alpha:
        return "unblend", f"translucent: alpha {seen['alpha']:.2f} up to {options.unblend_max_alpha:g}"
    return route_of_fill(region, options)


def _counts(region: Region, min_confidence: float) -> bool:
    """Whether it is overlay for sure enough; a known mark is."""
    return region.confidence >= min_confidence or region.source == "marks"


def why_kept(regions: list[Region]) -> str:
    """Why nothing is filled though these are overlay: "2 regions kept: too large to fill honestly (30% of ...)", the
    figures of the first where several have the same reason. Empty without regions."""
    if not regions:
        return ""
    figures: dict[str, str] = {}
    for region in regions:
        what, _, why = region.reason.partition(": ")
        figures.setdefault(what, f" ({why})" if why else "")
    reasons = "; ".join(what + why for what, why in figures.items())
    return f"{len(regions)} region{'s' if len(regions) > 1 else ''} kept: {reasons}"


def route_of_fill(region: Region, options: RouteOptions) -> tuple[str, str]:
    """(flat, prior or diffusion, reason) of a region that is to be filled: also of one whose un-blending failed."""
    seen = region.features
    if seen["texture"] <= options.flat_sigma and seen["edges"] <= options.flat_edges:
        return "flat", f"quiet ring: sigma {seen['texture']:.3f} up to {options.flat_sigma:g}"
    if seen["area"] > options.prior_max_area:
        return "diffusion", f"large: {seen['area']:.0f} px above {options.prior_max_area}"
    if seen["texture"] > options.prior_max_texture:
        return "diffusion", f"complex: ring sigma {seen['texture']:.3f} above {options.prior_max_texture:g}"
    if region.confidence < options.prior_min_confidence:
        return "diffusion", f"uncertain: confidence {region.confidence:.2f} below {options.prior_min_confidence:g}"
    return "prior", f"within its limits: {seen['area']:.0f} px, ring sigma {seen['texture']:.3f}"
