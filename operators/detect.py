"""detect: where is overlay? Regions from the network, from the recipe's boxes and from the sample's mask."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from operators.detection.cores import Box
from operators.detection.handed import box_regions, mask_member, mask_regions
from operators.detection.letterbox import letterbox
from operators.detection.network import Detector, load_detector
from operators.options import DetectOptions
from operators.record import ImageRecord, Region
from operators.stage import Resources, Stage

NOTHING_FOUND = "no overlay found"


@dataclass
class DetectStage(Stage):
    """Appends regions; a picture without any at or above `min_confidence` is left untouched.

    The network sees one picture at a time, so that a picture's regions depend on nothing but the picture.
    """

    options: DetectOptions = field(default_factory=DetectOptions)
    max_pixels: int = 100_000_000
    name: ClassVar[str] = "detect"
    resources: ClassVar[Resources] = Resources(cpus=1.0)
    _detector: Detector | None = field(default=None, init=False, repr=False)

    def setup(self) -> None:
        """Load the network. Raises `WeightsUnavailable` or ValueError."""
        if self.options.model != "none" and self._detector is None:
            self._detector = load_detector(self.options)

    def process(self, record: ImageRecord) -> None:
        picture = record.picture(self.max_pixels)
        record.regions += box_regions(self.options.boxes, picture.width, picture.height)
        mask = mask_member(record.members) if self.options.sample_masks else None
        if mask is not None:
            record.regions += mask_regions(*mask, picture.width, picture.height)
        if self.options.model != "none":
            self.setup()
            found = detect_boxes(picture.rgb8(), self.options, self._detector)
            record.regions += [Region(box.quad, box.confidence) for box in found]
        least = self.options.min_confidence
        if not any(region.confidence >= least for region in record.regions):
            for region in record.regions:
                region.route, region.reason = "keep", f"confidence {region.confidence:.3f} below {least:g}"
            record.leave_untouched(NOTHING_FOUND)


def detect_boxes(rgb8: np.ndarray, options: DetectOptions | None = None, detector: Detector | None = None) -> list[Box]:
    """Lines of overlay in a (H, W, 3) uint8 RGB picture: quads in its pixels with confidences, those below
    `min_confidence` too. Without a detector the one that the options name is loaded for this call."""
    options = options or DetectOptions()
    return (detector or load_detector(options)).boxes(rgb8, options)


def probability_map(
    rgb8: np.ndarray, options: DetectOptions | None = None, detector: Detector | None = None
) -> np.ndarray:
    """Float32 (h, w), 0..1, of the picture scaled so that its long side is `options.size` (at most doubled):
    how surely a pixel is the core of a line of overlay."""
    options = options or DetectOptions()
    return (detector or load_detector(options)).probability(letterbox(rgb8, options.size))
