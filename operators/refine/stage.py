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
from operators.matting.background import interpolate
from operators.matting.estimate import Estimate
from operators.matting.frame import Frame
from operators.matting.hypotheses import judged
from operators.matting.learned import learned_matte
from operators.matting.network import Layer, Segmenter, load_network
from operators.matting.stroke import stroke_width
from operators.matting.views import Seen, look_at
from operators.measures.luma import LUMA
from operators.options import RefineOptions
from operators.record import ImageRecord, Matte, Region
from operators.refine.counters import spare_counters
from operators.refine.dilation import check_growth, distance_from, feather_extent, growth_for
from operators.refine.feather import feather_blend
from operators.refine.homography import needs_plane, text_plane
from operators.refine.islands import close_strange
from operators.refine.large import enlarged, reduced
from operators.stage import Stage


@dataclass
class RefineStage(Stage):
    """Sets each region's matte, and its features `texture` (sigma of the ring), `alpha` (level) and `line_height` (px).

    Regions that come with a matte keep it; those below `min_confidence`, or outside the picture, get none. What the
    segmenter sees in a box gives the matte; colour statistics do where it sees nothing.
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
        due = [i for i, r in enumerate(record.regions) if r.matte is None and r.confidence >= self.min_confidence]
        left = set(due)
        for view in self._look(record, due):
            for index in view.box.regions:
                self._refine(record, index, view)
            left -= set(view.box.regions)
        for index in sorted(left):
            self._refine(record, index, None)

    def _refine(self, record: ImageRecord, index: int, seen: Seen | None) -> None:
        others = [r.quad for k, r in enumerate(record.regions) if k != index]
        record.regions[index].matte = self._matte(record, record.regions[index], others, seen)

    def _look(self, record: ImageRecord, due: list[int]) -> Iterable[Seen]:
        """One view after another, so that those of marks all over a large picture are not held at once."""
        found = [i for i in due if record.regions[i].source in ("detector", "segmenter")]
        if self.options.matte != "learned" or not found:
            return ()
        self.setup()
        assert self._segmenter is not None
        heights = [float(min(sides(record.regions[i].quad))) for i in found]
        margin = int(np.ceil(max(self._margin(height) for height in heights))) + 1
        return look_at(record.picture(), record.regions, found, margin, self._segmenter)

    def _margin(self, height: float) -> float:
        """Context around a quad of that height, px."""
        return max(self.options.context * height, 8.0) + self.options.max_growth

    def _matte(self, record: ImageRecord, region: Region, others: list[np.ndarray], seen: Seen | None) -> Matte | None:
        picture = record.picture()
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
        whole = region.kind in ("mask", "box")
        small, seen_small = (frame, layer) if whole else reduced(frame, layer)
        found = self._estimate(small, region, (x0, y0), seen_small)
        if found is None or not (found.alpha > 0).any():
            return None
        found = enlarged(found, frame.view.shape[:2])
        region.features |= {"texture": small.texture, "alpha": found.level, "line_height": frame.line_height}
        centre = np.array([picture.width / 2, picture.height / 2]) - origin
        return self._grow(frame, small.texture, found, centre, max(picture.width, picture.height), (x0, y0),
                          None if layer is None or whole else layer.coverage)

    def _estimate(
        self, frame: Frame, region: Region, origin: tuple[int, int], layer: Layer | None
    ) -> Estimate | None:
        if region.kind == "mask":
            return _handed_over(frame, region, *origin)
        if region.kind == "box":
            inside = frame.depth <= 0
            return Estimate(inside.astype(np.float32), _median(frame, inside), 1.0, "user box", 1.0)
        if not frame.core.any():
            return whole_quad(frame)
        if layer is not None and region.source == "segmenter":
            return judged(layer, frame) or learned_matte(layer, frame, self.options.coverage)
        return estimate(frame, self.options.min_agreement, layer)

    def _grow(
        self, frame: Frame, texture: float, found: Estimate, centre: np.ndarray, longer_side: float,
        origin: tuple[int, int], coverage: np.ndarray | None
    ) -> Matte:
        options = self.options
        support = found.alpha > 0
        plane = None
        if options.normalise and needs_plane(frame.quad):
            plane = text_plane(frame.quad, centre, longer_side, 2.0 * options.max_growth)
        flat = support if plane is None else plane.rectify(support.astype(np.float32)) >= 0.5
        stroke = stroke_width(flat) / (plane.scale if plane else 1.0)
        growth, feather = growth_for(stroke, texture, options), feather_extent(options)
        check_growth(growth, feather)
        distance = spare_counters(distance_from(support, plane), growth, feather)
        distance = close_strange(distance, growth, frame.view, coverage)
        guide = interpolate(frame.view, distance > growth - feather) @ LUMA if feather else frame.luma
        blend = feather_blend(distance, growth, feather, guide)
        alpha = support.astype(np.float32) if options.alpha == "hard" else found.alpha
        return _cropped(alpha, blend, found, (stroke, growth, feather), origin)


def _cropped(
    alpha: np.ndarray, blend: np.ndarray, found: Estimate, sizes: tuple[float, float, float], origin: tuple[int, int]
) -> Matte:
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


def _handed_over(frame: Frame, region: Region, x0: int, y0: int) -> Estimate:
    """The user's mask, as it is. Raises `ValueError` when the region has none."""
    if region.mask is None:
        raise ValueError("a region of kind mask has no mask: set Region.mask to the bool crop over its quad's box")
    left, top = (int(v) for v in np.floor(region.quad.min(0)))
    alpha = np.zeros(frame.depth.shape, np.float32)
    height, width = region.mask.shape
    bottom, right = y0 + frame.view.shape[0], x0 + frame.view.shape[1]
    ys, xs = max(top, y0), max(left, x0)
    ye, xe = min(top + height, bottom), min(left + width, right)
    if ys < ye and xs < xe:
        alpha[ys - y0 : ye - y0, xs - x0 : xe - x0] = region.mask[ys - top : ye - top, xs - left : xe - left]
    return Estimate(alpha, _median(frame, alpha > 0), 1.0, "user mask", 1.0)


def _median(frame: Frame, mask: np.ndarray) -> np.ndarray:
    return np.median(frame.view[mask], 0).astype(np.float32) if mask.any() else np.full(3, 0.5, np.float32)


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
