"""The refine stage: a matte for every region."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

import cv2
import numpy as np

from operators.detection.precision import in_bf16
from operators.detection.quads import sides
from operators.matte import estimate, whole_quad
from operators.matting.estimate import Estimate
from operators.matting.frame import Frame
from operators.matting.halo import with_halo
from operators.matting.hypotheses import judged
from operators.matting.learned import learned_matte
from operators.matting.network import Layer, Segmenter, load_network
from operators.matting.views import Seen, look_at
from operators.options import RefineOptions
from operators.picture import Picture
from operators.record import ImageRecord, Matte, Region
from operators.refine.grow import Ground, grown
from operators.refine.handed import HANDED, handed_over
from operators.refine.large import enlarged, reduced
from operators.refine.panels import laid_on, panels_behind, region_of, see_through, without
from operators.stage import Stage


@dataclass
class RefineStage(Stage):
    """Sets each region's matte, and its features `texture` (sigma of the ring), `alpha` (level) and `line_height` (px).

    Regions that come with a matte keep it; those below `min_confidence`, or outside the picture, get none. What the
    segmenter sees in a box gives the matte; colour statistics do where it sees nothing. A panel behind lines of text
    becomes a region of its own.
    """

    name: ClassVar[str] = "refine"
    options: RefineOptions = RefineOptions()
    min_confidence: float = 0.0
    precision: str = "auto"
    _segmenter: Segmenter | None = field(default=None, init=False, repr=False)

    def setup(self) -> None:
        """Load the segmenter. Raises ValueError saying what to do."""
        if self.options.matte == "learned" and self._segmenter is None:
            self._segmenter = load_network(self.options.weights, in_bf16(self.precision))

    def process(self, record: ImageRecord) -> None:
        regions, picture = record.regions, record.picture()
        due = [i for i, r in enumerate(regions) if r.matte is None and r.confidence >= self.min_confidence]
        panels = panels_behind(picture, regions, due, self.options)
        self._estimate_all(without(picture, [panel for panel, _ in panels if see_through(panel)]), regions, due)
        for panel, lines in panels:
            for index in lines if see_through(panel) else ():
                matte = regions[index].matte
                if matte is not None:
                    regions[index].matte = laid_on(matte, panel)
                    regions[index].features["alpha"] = 1.0
            behind = region_of(panel, picture, [regions[i] for i in lines], self.options)
            regions += [behind] if behind is not None else []

    def _estimate_all(self, picture: Picture, regions: list[Region], due: list[int]) -> None:
        left = set(due)
        for view in self._look(picture, regions, due):
            for index in view.box.regions:
                self._refine(picture, regions, index, view)
            left -= set(view.box.regions)
        for index in sorted(left):
            self._refine(picture, regions, index, None)

    def _refine(self, picture: Picture, regions: list[Region], index: int, seen: Seen | None) -> None:
        others = [r.quad for k, r in enumerate(regions) if k != index]
        regions[index].matte = self._matte(picture, regions[index], others, seen)

    def _look(self, picture: Picture, regions: list[Region], due: list[int]) -> Iterable[Seen]:
        """One view after another, so that those of marks all over a large picture are not held at once."""
        found = [i for i in due if regions[i].source in ("detector", "segmenter")]
        if self.options.matte != "learned" or not found:
            return ()
        self.setup()
        assert self._segmenter is not None
        heights = [float(min(sides(regions[i].quad))) for i in found]
        margin = int(np.ceil(max(self._margin(height) for height in heights))) + 1
        return look_at(picture, regions, found, margin, self._segmenter)

    def _margin(self, height: float) -> float:
        """Context around a quad of that height, px."""
        return max(self.options.context * height, 8.0) + self.options.max_growth

    def _matte(self, picture: Picture, region: Region, others: list[np.ndarray], seen: Seen | None) -> Matte | None:
        quad = _clockwise(region.quad)
        margin = self._margin(float(min(sides(quad))))
        x0, y0 = (int(v) for v in np.maximum(np.floor(quad.min(0) - margin), 0))
        x1, y1 = (int(v) for v in np.minimum(np.ceil(quad.max(0) + margin), (picture.width, picture.height)))
        if x1 - x0 < 1 or y1 - y0 < 1:
            return None
        origin = np.array([x0, y0], np.float32)
        taken = _drawn([q - origin for q in others], (y1 - y0, x1 - x0))
        frame = Frame(picture.view(x0, y0, x1, y1), quad - origin, taken)
        layer = seen.crop(x0, y0, x1, y1) if seen is not None else None
        whole = region.kind in HANDED
        small, seen_small = (frame, layer) if whole else reduced(frame, layer)
        found = handed_over(frame, region, (x0, y0)) if whole else self._estimate(small, region, seen_small)
        if found is None or not (found.alpha > 0).any():
            return None
        if self.options.halos and region.kind == "text" and region.source == "detector":
            found = with_halo(found, small)
        found = enlarged(found, frame.view.shape[:2])
        region.features |= {"texture": small.texture, "alpha": found.level, "line_height": frame.line_height}
        ground = Ground(frame.view, frame.quad, (x0, y0), small.texture,
                        None if layer is None or whole else layer.coverage, (picture.width, picture.height))
        return grown(found, ground, self.options)

    def _estimate(self, frame: Frame, region: Region, layer: Layer | None) -> Estimate | None:
        if not frame.core.any():
            return whole_quad(frame)
        if layer is not None and region.source == "segmenter":
            return judged(layer, frame) or learned_matte(layer, frame, self.options.coverage)
        return estimate(frame, self.options.min_agreement, layer)


def _clockwise(quad: np.ndarray) -> np.ndarray:
    """The quad with its corners in clockwise order on screen, first corner kept."""
    x, y = quad.astype(np.float32).T
    area = float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())
    return quad.astype(np.float32) if area >= 0 else quad[[0, 3, 2, 1]].astype(np.float32)


def _drawn(quads: list[np.ndarray], shape: tuple[int, int]) -> np.ndarray:
    """Which pixels of a view lie in any of the quads, bool (h, w)."""
    drawn = np.zeros(shape, np.uint8)
    for quad in quads:
        if (quad.max(0) > 0).all() and quad[:, 0].min() < shape[1] and quad[:, 1].min() < shape[0]:
            cv2.fillConvexPoly(drawn, np.round(quad).astype(np.int32), 1)
    return drawn > 0
