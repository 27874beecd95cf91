"""A region as the verifier sees it: the composite around its hole, as it will be written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from operators.measure import composed
from operators.record import ImageRecord, Region
from operators.tiles import Box, hole_box, overlap
from operators.verify.path import FAILED, PASSED
from operators.verify.verdict import Verdict, Verifier, worst_of
from operators.verify.views import SIDE, seam_views

FILLED = ("unblend", "flat", "prior", "diffusion")


@dataclass(frozen=True)
class Surroundings:
    """The picture around one region's hole, with what was filled.

    box: in the picture. rgb: float32 (h, w, 3), 0..1, the composite. alpha: float32 (h, w), 0..1, the largest of all
    regions. hole: bool (h, w), of all filled regions; own: of this one.
    """

    box: Box
    rgb: np.ndarray
    alpha: np.ndarray
    hole: np.ndarray
    own: np.ndarray


def is_filled(region: Region) -> bool:
    return region.matte is not None and region.route in FILLED


def surroundings(record: ImageRecord, index: int, margin: int = SIDE // 2) -> Surroundings:
    """margin: px around the hole of the region, less where the picture ends."""
    picture, own = record.picture(), hole_box(index, record.regions[index])
    box = Box(max(own.x0 - margin, 0), max(own.y0 - margin, 0), min(own.x1 + margin, picture.width),
              min(own.y1 + margin, picture.height), (index,))
    shape = box.y1 - box.y0, box.x1 - box.x0
    alpha, hole, mine = np.zeros(shape, np.float32), np.zeros(shape, bool), np.zeros(shape, bool)
    for k, region in enumerate(record.regions):
        if not is_filled(region) or region.matte is None:
            continue
        here, there = overlap(box, hole_box(k, region))
        if here is None:
            continue
        alpha[here] = np.maximum(alpha[here], region.matte.alpha[there].astype(np.float32))
        hole[here] |= region.matte.hole[there]
        if k == index:
            mine[here] = region.matte.hole[there]
    return Surroundings(box, composed(record, box), alpha, hole, mine)


def judge_region(record: ImageRecord, index: int, verifier: Verifier) -> Verdict:
    """The worst of all views along the edge of the region's hole."""
    seen = surroundings(record, index)
    return worst_of(verifier.judge(seam_views(seen.rgb, seen.alpha, seen.hole, seen.own)))


def put_on_record(region: Region, verdict: Verdict, max_risk: float) -> bool:
    """Set the region's scores and the end of its path; whether it passes."""
    region.scores |= {"risk": verdict.risk} | {f"risk_{name}": p for name, p in verdict.failures.items()}
    region.scores.setdefault("risk_first", verdict.risk)
    passed = verdict.risk <= max_risk
    region.path.append(PASSED if passed else FAILED)
    return passed
