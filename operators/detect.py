"""detect: where is overlay? Regions from the network, from the recipe's boxes and from the sample's mask."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import cv2
import numpy as np

from operators.detection.cores import Box
from operators.detection.finder import Finder, load_finder
from operators.detection.handed import box_regions, mask_member, mask_regions
from operators.options import DetectOptions
from operators.record import ImageRecord, Region
from operators.stage import Resources, Stage

NOTHING_FOUND = "no overlay found"
MOSTLY = 0.6  # share of a box within a known mark from which it is that mark


@dataclass
class DetectStage(Stage):
    """Appends regions; a picture without any at or above `min_confidence` is left untouched.

    The network sees one picture at a time, so that a picture's regions depend on nothing but the picture.
    """

    options: DetectOptions = field(default_factory=DetectOptions)
    max_pixels: int = 100_000_000
    name: ClassVar[str] = "detect"
    resources: ClassVar[Resources] = Resources(cpus=1.0)
    _finder: Finder | None = field(default=None, init=False, repr=False)

    def setup(self) -> None:
        """Load the networks. Raises `WeightsUnavailable` or ValueError."""
        if self.options.model != "none" and self._finder is None:
            self._finder = load_finder(self.options)

    def process(self, record: ImageRecord) -> None:
        picture = record.picture(self.max_pixels)
        record.regions += box_regions(self.options.boxes, picture.width, picture.height)
        mask = mask_member(record.members) if self.options.sample_masks else None
        if mask is not None:
            record.regions += mask_regions(*mask, picture.width, picture.height)
        if self.options.model != "none":
            self.setup()
            found = detect_boxes(picture.rgb8(), self.options, self._finder)
            marks = [region.quad for region in record.regions if region.source == "marks"]
            record.regions += [_region(box) for box in found if not _known(box.quad, marks)]
        least = self.options.min_confidence
        if not any(region.confidence >= least or region.source == "marks" for region in record.regions):
            for region in record.regions:
                region.route, region.reason = "keep", f"confidence {region.confidence:.3f} below {least:g}"
            record.leave_untouched(NOTHING_FOUND)


def _region(box: Box) -> Region:
    features = {f"seen_{name}": round(value, 4) for name, value in box.evidence.items()}
    return Region(box.quad, box.confidence, kind=box.kind, source=box.source, features=features)


def _known(quad: np.ndarray, marks: list[np.ndarray]) -> bool:
    """Whether most of a quad lies in known marks: in one of them, or across several."""
    if not marks:
        return False
    low = np.floor(quad.min(0))
    canvases = [np.zeros(np.ceil(np.ptp(quad, 0)).astype(int)[::-1] + 2, np.uint8) for _ in range(2)]
    for canvas, quads in zip(canvases, ([quad], marks), strict=True):
        for one in quads:
            cv2.fillConvexPoly(canvas, np.rint(one - low).astype(np.int32), 1)
    own, covered = canvases
    return bool((own & covered).sum() > MOSTLY * max(int(own.sum()), 1))


def detect_boxes(rgb8: np.ndarray, options: DetectOptions | None = None, finder: Finder | None = None) -> list[Box]:
    """Overlay in a (H, W, 3) uint8 RGB picture: quads in its pixels with confidences, those below `min_confidence` too.
    Without a finder the one that the options name is loaded for this call."""
    options = options or DetectOptions()
    return (finder or load_finder(options)).boxes(rgb8, options)
