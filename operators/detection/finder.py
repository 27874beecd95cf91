"""Detector and segmenter together: each finds what the other misses, and both judge every box."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from operators.detection.agreement import Agreement, gather
from operators.detection.alongside import with_neighbours
from operators.detection.cores import Box, boxes_of_map, in_page_order
from operators.detection.covered import covered_boxes
from operators.detection.judge import Judge, load_judge
from operators.detection.letterbox import Letterbox, letterbox
from operators.detection.lines import join_lines
from operators.detection.network import Detector, load_detector, within
from operators.detection.precision import in_bf16
from operators.detection.surroundings import Sight
from operators.matting.network import Layer, Segmenter, load_network, network_config
from operators.options import DetectOptions

WORTH_A_WORD = 0.3  # confidence below which a mark that only the segmenter saw is not put on record


@dataclass(frozen=True)
class Finder:
    """segmenter, agreement: None for the detector alone. judge: None for agreement without a second look."""

    detector: Detector
    segmenter: Segmenter | None = None
    agreement: Agreement | None = None
    judge: Judge | None = None

    def boxes(self, rgb8: np.ndarray, options: DetectOptions) -> list[Box]:
        """Boxes of overlay in a (H, W, 3) uint8 picture, in its pixels, doubtful ones too; top to bottom.
        Nothing depends on other pictures."""
        boxed = letterbox(rgb8, options.size)
        found = self.in_letterbox(boxed, options)
        return in_page_order([replace(b, quad=within(boxed.to_picture(b.quad), rgb8)) for b in found])

    def in_letterbox(self, boxed: Letterbox, options: DetectOptions) -> list[Box]:
        """The same in px of the letterbox."""
        if self.segmenter is None or self.agreement is None:
            return self._lines(self.detector.maps(boxed), options)
        sight = self.sight(boxed, options)
        judged = self.evident(sight, options)
        if self.judge is not None:
            judged = self.judge.judge(judged, sight)
        judged = with_neighbours(judged, options.min_confidence)
        judged = [box for box in judged if box.source == "detector" or box.confidence >= WORTH_A_WORD]
        return [_any_text(box, self.agreement) for box in judged] if options.target == "all" else judged

    def sight(self, boxed: Letterbox, options: DetectOptions) -> Sight:
        """All that detector and segmenter see. Raises ValueError without a segmenter."""
        if self.segmenter is None:
            raise ValueError("a finder without segmenter sees no coverage; name one in detect.segmenter")
        maps = self.detector.maps(boxed)
        content = boxed.canvas[: boxed.height, : boxed.width]
        layer = _seen(self.segmenter, content.astype(np.float32) / 255, maps[0], options.mirrored)
        return Sight(content, maps, layer.coverage, layer.alpha, layer.colour)

    def evident(self, sight: Sight, options: DetectOptions) -> list[Box]:
        """Every box of detector and segmenter with its evidence and the confidence they agree on. Raises ValueError
        without an agreement."""
        if self.agreement is None:
            raise ValueError("a finder without agreement cannot weigh what detector and segmenter saw")
        lines = self._lines(sight.maps, options)
        found = lines + covered_boxes(sight.coverage, lines)
        return [self.agreement.judge(gather(box, sight.maps, sight.coverage, sight.alpha)) for box in found]

    def _lines(self, maps: np.ndarray, options: DetectOptions) -> list[Box]:
        looked = self.detector.any_text(maps) if options.target == "all" else maps[0]
        return join_lines(boxes_of_map(looked, options.binarize, self.detector.shrink_ratio))


def _seen(segmenter: Segmenter, rgb: np.ndarray, probability: np.ndarray, mirrored: bool) -> Layer:
    """The segmenter's look at a picture, averaged, if asked for, with one at the picture mirrored: what is there is
    there from behind, while what only resembles strokes often is not."""
    layer = segmenter.look(rgb, probability)
    if not mirrored:
        return layer
    return layer.averaged(segmenter.look(rgb[:, ::-1].copy(), probability[:, ::-1].copy()).mirrored())


def _any_text(box: Box, agreement: Agreement) -> Box:
    """A box of any text: that of the scene counts as much as overlay."""
    text = agreement.any_text(box)
    return box if text <= box.confidence else replace(box, kind="scene", confidence=text)


def load_finder(options: DetectOptions) -> Finder:
    """What the options name. Raises `WeightsUnavailable` or ValueError, saying what to do."""
    detector = load_detector(options)
    if options.segmenter == "none":
        return Finder(detector)
    segmenter = load_network(options.segmenter, in_bf16(options.precision))
    agreement = Agreement.of(network_config(options.segmenter))
    return Finder(detector, segmenter, agreement, None if options.judge == "none" else load_judge(options.judge))
