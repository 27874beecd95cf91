"""A contest: a filling that was rejected against the one that is to replace it. The better by the verifier stays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from operators.fill.base import HarmonicBase
from operators.record import ImageRecord, Tile
from operators.tiles import hole_within, tile_box
from operators.verify.path import FAILED, NO_BETTER
from operators.verify.regions import judge_region, put_on_record
from operators.verify.verdict import Verifier


@dataclass(frozen=True)
class Contest:
    """regions: indices of those whose filling was rejected. fills, generators: as they were before."""

    regions: tuple[int, ...]
    fills: tuple[np.ndarray | None, ...]
    generators: dict[int, str]

    @classmethod
    def open(cls, record: ImageRecord, regions: list[int], base: HarmonicBase) -> Contest:
        """Remember the rejected fillings and lay the harmonic base under them anew."""
        contest = cls(tuple(regions), tuple(tile.fill for tile in record.tiles),
                      {i: record.regions[i].generator for i in regions})
        notes = [(r.generator, r.reason) for r in record.regions]
        tiles = [(t.generator, t.unknown, t.failed) for t in record.tiles]
        for tile in record.tiles:
            tile.fill = None
        base.lay(record)
        for region, (generator, reason) in zip(record.regions, notes, strict=True):
            region.generator, region.reason = generator, reason
        for tile, before, (generator, unknown, failed) in zip(record.tiles, contest.fills, tiles, strict=True):
            own = _holes(record, tile, list(regions))
            tile.generator, tile.failed = generator, failed
            tile.unknown = own if unknown is None else unknown | own  # what was computed back is not trusted any more
            tile.fill = _spliced(own, tile.fill, before)
        return contest

    def decide(self, record: ImageRecord, verifier: Verifier, max_risk: float) -> None:
        """Judge the new fillings: where one is no better than what was rejected, that one comes back."""
        worse = []
        for index in self.regions:
            region = record.regions[index]
            region.path.append(region.generator)
            verdict = judge_region(record, index, verifier)
            if verdict.risk < region.scores["risk"]:
                put_on_record(region, verdict, max_risk)
            else:
                worse.append(index)
        for index in worse:
            region = record.regions[index]
            region.reason += f"; {region.generator} was no better"
            region.generator = self.generators[index]
            region.path += [NO_BETTER, FAILED]
        for tile, before in zip(record.tiles, self.fills, strict=True):
            if set(worse) & set(tile.regions):
                tile.fill = _spliced(_holes(record, tile, worse), before, tile.fill)


def _spliced(own: np.ndarray, inside: np.ndarray | None, outside: np.ndarray | None) -> np.ndarray:
    """`inside` where own is, `outside` elsewhere."""
    assert inside is not None and outside is not None
    return np.where(own[..., None], inside, outside)


def _holes(record: ImageRecord, tile: Tile, regions: list[int]) -> np.ndarray:
    """Bool (h, w) of the tile: the holes of those regions."""
    return hole_within([record.regions[i] for i in regions if i in tile.regions], tile_box(tile))
