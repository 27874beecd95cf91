"""The harmonic base: every tile un-blended where its overlay lets something through, a membrane where it does not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from operators.fill.fuse import fused
from operators.fill.generators import BASE
from operators.fill.grained import lay_grain
from operators.fill.harmonic import fill_membrane
from operators.fill.known import beside_computed, tied
from operators.fill.seams import Guide, cross_fade
from operators.fill.unblend import ghost, rims, unblend
from operators.marks.subtract import subtract
from operators.matting.frame import quad_distance
from operators.options import FillOptions, RouteOptions
from operators.picture import Picture
from operators.record import ImageRecord, Matte, Region, Tile
from operators.route import route_of_fill
from operators.stage import Stage
from operators.tiles import Box, hole_box, hole_within, overlap, tile_box

EDGE = 1.5  # px on both sides of a panel's edge that are filled


@dataclass
class BaseStage(Stage):
    """Lays the harmonic base of every tile: what un-blending gives back, a membrane elsewhere. Generators add to it;
    what none will touch gets its grain here. seed: of the grain."""

    options: FillOptions = field(default_factory=FillOptions)
    route: RouteOptions = field(default_factory=RouteOptions)
    seed: int = 0
    name: ClassVar[str] = "base"

    def process(self, record: ImageRecord) -> None:
        HarmonicBase(self.options, self.route).lay(record)
        if self.options.grain:
            lay_grain(record, (i for i, r in enumerate(record.regions) if self._final(r)), self.seed)

    def _final(self, region: Region) -> bool:
        if region.generator != "harmonic":
            return False
        route = region.route if region.route != "unblend" else route_of_fill(region, self.route)[0]
        return route == "flat" or getattr(self.options, route) == BASE


@dataclass(frozen=True)
class HarmonicBase:
    """Nothing inside a hole with alpha 1 is read. route: the rule that says what a failed un-blend is filled by."""

    options: FillOptions
    route: RouteOptions

    def lay(self, record: ImageRecord) -> None:
        """Set fill, unknown, failed and generator of every tile, and generator (with what changed its mind in reason)
        of every region in them: `unblend` or `harmonic`. Tiles that have a fill are left as they are."""
        if all(tile.fill is not None for tile in record.tiles):
            return
        picture = record.picture()
        guide = self._guide(record, picture)
        for tile in record.tiles:
            self._lay(record, picture, tile, guide)
        if guide is not None:
            cross_fade(record.tiles)

    def _guide(self, record: ImageRecord, picture: Picture) -> Guide | None:
        """Only when a hole was cut into several tiles."""
        owners = [i for tile in record.tiles for i in tile.regions]
        cut = sorted({i for i in owners if owners.count(i) > 1})
        if not cut:
            return None
        window = hole_box(cut[0], record.regions[cut[0]])
        for index in cut[1:]:
            window = window.join(hole_box(index, record.regions[index]))
        pad = self.options.tile_margin
        window = Box(max(window.x0 - pad, 0), max(window.y0 - pad, 0), min(window.x1 + pad, picture.width),
                     min(window.y1 + pad, picture.height), window.regions)
        return Guide(picture, record.regions, window, self.options.cycles)

    def _lay(self, record: ImageRecord, picture: Picture, tile: Tile, guide: Guide | None) -> None:
        box = tile_box(tile)
        view = picture.view(box.x0, box.y0, box.x1, box.y1)
        tile.unknown, tile.failed = hole_within(record.regions, box), []
        regions = [record.regions[i] for i in box.regions]
        if all(r.route == "unblend" for r in regions):
            view, tile.unknown = self._unblended(view, tile, record.regions, box)
        else:
            for region in regions:
                region.generator = "harmonic"
            view, tile.unknown = beside_computed(view, tile, record.tiles, box)
        hole = tile.unknown
        if guide is not None:
            view, hole = tied(view, hole, guide, box, picture)
        filled = fill_membrane(view, hole, self.options.cycles)
        tile.fill = np.rint(np.clip(filled, 0, 1) * 65535).astype(np.uint16)
        tile.generator = "+".join(sorted({r.generator for r in regions}))

    def _unblended(
        self, view: np.ndarray, tile: Tile, regions: list[Region], box: Box
    ) -> tuple[np.ndarray, np.ndarray]:
        """The view with its translucent overlays computed away, and what is left to fill."""
        assert tile.unknown is not None
        out, unknown = view.copy(), tile.unknown.copy()
        inverted, kept = np.zeros(unknown.shape, bool), np.zeros(unknown.shape, bool)
        alpha = np.zeros(unknown.shape, np.float32)
        for index in sorted(box.regions, key=lambda i: regions[i].source == "marks"):  # what is known counts last
            region = regions[index]
            here, there = overlap(box, hole_box(0, region))
            if here is None or region.matte is None:
                continue
            back, lost, failure = self._inverted(region, region.matte, view[here], unknown[here], there)
            if failure:
                tile.failed.append(index)
                route, why = route_of_fill(region, self.route)
                region.generator = "harmonic"
                region.reason += f"; un-blending {failure}: filled as {route} ({why})"
                continue
            region.generator = "unblend"
            own = region.matte.hole[there]
            out[here] = np.where(own[..., None], back, out[here])
            unknown[here] = np.where(own, lost, unknown[here])
            inverted[here] |= own
            kept[here] |= own & self._keeps_detail(region)
            alpha[here] = np.maximum(alpha[here], np.where(own, region.matte.alpha[there], 0))
        if not inverted.any():
            return out, unknown
        back = fill_membrane(out, unknown, self.options.cycles)
        if not kept[inverted].all():
            plain = fill_membrane(view, tile.unknown, self.options.cycles)
            back = np.where(kept[..., None], back, fused(back, plain, alpha, inverted))
        return np.where(inverted[..., None], back, out), unknown & ~inverted

    def _keeps_detail(self, region: Region) -> bool:
        """Whether what is computed back is better than any membrane: a panel's opacity is known, and only on a quiet
        picture does its noise show."""
        return region.kind == "panel" and region.features["texture"] > self.route.flat_sigma

    def _inverted(
        self, region: Region, matte: Matte, view: np.ndarray, unknown: np.ndarray, there: tuple[slice, slice]
    ) -> tuple[np.ndarray, np.ndarray, str]:
        """(result float32 (h, w, 3), what of it is lost bool (h, w), what gives it away or "")."""
        alpha, hole = matte.alpha[there].astype(np.float32), matte.hole[there]
        colour = matte.colour if matte.colour.ndim == 1 else matte.colour[there].astype(np.float32)
        if region.source == "marks":
            back, lost = subtract(view, alpha, colour)
            exact = region.features.get("exact", 1.0) > 0  # a logo's rims are resampled
            return back, np.where(hole, lost if exact else lost | rims(alpha), unknown), ""
        back, lost = unblend(view, alpha, colour)
        lost = np.where(hole, lost | rims(alpha) | _edge(region, matte, alpha.shape, there), unknown)
        return back, lost, self._failure(region, fill_membrane(back, lost, self.options.cycles), view, unknown, alpha)

    def _failure(
        self, region: Region, result: np.ndarray, view: np.ndarray, unknown: np.ndarray, alpha: np.ndarray
    ) -> str:
        """What gives an un-blended result away; "" when nothing does. All float32 (h, w, ...) but bool `unknown`."""
        left = ghost(result, alpha)
        if left > self.options.max_ghost:
            return f"left a ghost ({left:.2f} above {self.options.max_ghost:g})"
        if region.kind == "panel":  # it is too large for the tone beside it to say anything, and had it on all sides
            return ""
        plain = fill_membrane(view, unknown, self.options.cycles)
        shift = float(np.abs((result - plain)[alpha > 0].mean(0)).max())
        if shift > self.options.max_shift:
            return f"missed the tone around it (by {shift:.2f}, above {self.options.max_shift:g})"
        return ""


def _edge(region: Region, matte: Matte, shape: tuple[int, ...], there: tuple[slice, slice]) -> np.ndarray:
    """Bool (h, w): what lies so near a panel's edge that compression, or half a px of error, leaves a line there."""
    if region.kind != "panel":
        return np.zeros(shape, bool)
    origin = np.array([matte.x + there[1].start, matte.y + there[0].start], np.float32)
    return np.abs(quad_distance(region.quad - origin, shape)) <= EDGE
