"""The measure stage: seam scores of every filled region, on the composite as it will be written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from operators.measures.seam import seam_scores
from operators.measures.structure import ms_ssim, ssim
from operators.measures.truth import age, border_band, ciede2000, pceps, peps, psnr, psnr_in_mask, rmse
from operators.record import ImageRecord, Region, Tile
from operators.stage import Stage
from operators.tiles import Box, hole_box, overlap

__all__ = [
    "MeasureStage", "age", "border_band", "ciede2000", "ms_ssim", "pceps", "peps", "psnr", "psnr_in_mask", "rmse",
    "seam_scores", "ssim",
]
SCORES = ("gradient_ratio", "high_frequency_ratio", "silhouette", "colour_drift")
MARGIN = 14  # px around a hole that the scores look at


@dataclass
class MeasureStage(Stage):
    """Sets scores of every filled region: gradient_ratio and high_frequency_ratio (log, 0 = as outside), silhouette
    (0..1, a ghost) and colour_drift (Lab). The record's measures take the worst of each, `seam_` in front, and
    `hole_share`, the share of the picture's pixels that may change; `risk` is the highest that the verifier gave."""

    name: ClassVar[str] = "measure"

    def process(self, record: ImageRecord) -> None:
        filled = [r for r in record.regions if r.matte is not None and r.route not in ("", "keep")]
        for region in filled:
            region.scores |= _scores(region, record)
        if filled:
            for name in SCORES:
                record.measures[f"seam_{name}"] = max((r.scores[name] for r in filled), key=abs)
            risks = [r.scores["risk"] for r in filled if "risk" in r.scores]
            record.measures |= {"risk": max(risks)} if risks else {}
            record.measures["hole_share"] = _hole_pixels(record.tiles) / (record.width * record.height or 1)


def _scores(region: Region, record: ImageRecord) -> dict[str, float]:
    matte, picture = region.matte, record.picture()
    assert matte is not None
    own = hole_box(0, region)
    box = Box(max(own.x0 - MARGIN, 0), max(own.y0 - MARGIN, 0), min(own.x1 + MARGIN, picture.width),
              min(own.y1 + MARGIN, picture.height), ())
    here, there = overlap(box, own)
    assert here is not None
    alpha, hole = np.zeros((2, box.y1 - box.y0, box.x1 - box.x0), np.float32)
    alpha[here], hole[here] = matte.alpha[there], matte.hole[there]
    return seam_scores(composed(record, box), alpha, hole > 0)


def composed(record: ImageRecord, box: Box) -> np.ndarray:
    """Float32 (h, w, 3) of the box with the tiles laid over it."""
    view = record.picture().view(box.x0, box.y0, box.x1, box.y1)
    for tile in record.tiles:
        here, there = overlap(box, Box(tile.x, tile.y, tile.x + tile.width, tile.y + tile.height, ()))
        if here is None or tile.fill is None:
            continue
        blend = tile.blend[there].astype(np.float32)[..., None]
        view[here] = (1 - blend) * view[here] + blend * (tile.fill[there].astype(np.float32) / 65535)
    return view


def _hole_pixels(tiles: list[Tile]) -> int:
    """Pixels under any blend; where tiles overlap they count once."""
    seen = 0
    for k, tile in enumerate(tiles):
        hole = tile.blend > 0
        mine = Box(tile.x, tile.y, tile.x + tile.width, tile.y + tile.height, ())
        for other in tiles[:k]:
            here, there = overlap(mine, Box(other.x, other.y, other.x + other.width, other.y + other.height, ()))
            if here is not None:
                hole[here] &= ~(other.blend[there] > 0)
        seen += int(hole.sum())
    return seen
