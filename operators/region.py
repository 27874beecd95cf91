"""The parts of a record: what was found in the picture, how much of each pixel it is, and what goes there instead."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Matte:
    """How much of each pixel is overlay, around one region.

    Shapes are (h, w) of the crop whose top left pixel is (x, y) of the upright image.

    alpha:  float16, 0..1, share of overlay colour: I = (1 - alpha) * B + alpha * T
    hole:   bool, the grown support of alpha: the pixels that may change
    blend:  float16, 0..1, weight of the fill in the composite: 0 outside the hole, 1 wherever alpha > 0
    colour: float32 or float16, overlay colour T, RGB 0..1: (3,) for the whole, or (h, w, 3)
    stroke, growth, feather: pixels (medians over the region); growth > feather always
    candidate, agreement: which matte candidate won, and its overlap with the box, 0..1
    """

    x: int
    y: int
    alpha: np.ndarray
    hole: np.ndarray
    blend: np.ndarray
    colour: np.ndarray
    stroke: float
    growth: float
    feather: float
    candidate: str = ""
    agreement: float = 0.0


@dataclass
class Region:
    """One piece of overlay. quad: float32 (4, 2), (x, y) pixels of the upright image, clockwise from the top
    left in reading order. confidence: 0..1. kind: text, mark (no letters), panel (a plate behind text), scene (text
    that belongs to the scene), box, mask. source: detector, segmenter, marks (known ones), recipe, sample. features:
    what the route looked at; where a generator filled it also `candidate`, which one won, and `candidate_<k>`, the
    score of each (lower is better).
    scores: of the seam; from the verifier `risk`, `risk_<failure>`, and `risk_first`, before the gate and remedies."""

    quad: np.ndarray
    confidence: float
    kind: str = "text"
    source: str = "detector"
    route: str = ""  # keep, unblend, flat, prior, diffusion
    reason: str = ""
    generator: str = ""  # what really filled it: unblend, harmonic, prior, diffusion, or the name of a hub model
    features: dict[str, float] = field(default_factory=dict)
    scores: dict[str, float] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)  # through the gate: generators, remedies, passed, failed, in order
    matte: Matte | None = None
    mask: np.ndarray | None = None  # bool (H, W) crop over the quad's bounding box, when the user handed one over


@dataclass
class Tile:
    """An axis-parallel view around one or more regions, with its winning fill.

    (x, y, width, height): pixels of the upright image. regions: indices into the record's regions.
    blend: float16 (height, width), 0 outside the holes. fill: uint16 (height, width, 3), RGB 0..65535,
    meaningful where blend > 0. seed, score: of the winning candidate; scores: of all candidates, in their order. Lower
    is better, 0 and none for what no generator filled. unknown: bool (height, width), set with the harmonic base: the
    pixels under a membrane; the rest of the hole was computed back. failed: regions whose un-blending gave itself away.
    """

    x: int
    y: int
    width: int
    height: int
    regions: list[int]
    blend: np.ndarray
    fill: np.ndarray | None = None
    generator: str = ""
    seed: int = 0
    score: float = 0.0
    scores: list[float] = field(default_factory=list)
    unknown: np.ndarray | None = None
    failed: list[int] = field(default_factory=list)
