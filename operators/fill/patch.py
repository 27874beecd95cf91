"""A patch: the part of a picture's holes that one generator fills at one scale, with its candidates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from operators.fill.candidates import best, candidate_seed, score, temperature_of
from operators.fill.canvas import Canvas
from operators.fill.generator import FillView, Generator
from operators.fill.views import CrossFade, Place, cut
from operators.record import Tile
from operators.tiles import Box, tile_box
from operators.verify.promote import promoted
from operators.verify.verdict import Verifier, worst_of
from operators.verify.views import seam_views

Extra = Callable[[Box], np.ndarray]  # float32 (h, w, 3) of a box of the picture, to be added to a filling


@dataclass(eq=False)
class Candidate:
    """One filling of a patch. left: views that are not laid yet."""

    index: int
    fade: CrossFade
    left: int

    def lay(self, place: Place, filled: np.ndarray) -> None:
        self.fade.lay(place, filled)
        self.left -= 1


@dataclass(frozen=True, eq=False)
class Patch:
    """regions: indices into the record's. tiles: those it goes to. wanted: bool (h, w) of any box of the picture.
    box: identifies it within the picture, and so seeds its candidates. places: of its views on the canvas."""

    generator: Generator
    regions: tuple[int, ...]
    tiles: list[Tile]
    wanted: Callable[[Box], np.ndarray]
    box: Box
    canvas: Canvas
    places: list[Place]
    candidates: list[Candidate] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        return all(candidate.left == 0 for candidate in self.candidates)

    def seed(self, key: str, index: int, seed: int, place: Place | None = None) -> int:
        """Of a candidate, or of one of its views. seed: the recipe's."""
        corners = self.box.x0, self.box.y0, self.box.x1, self.box.y1
        return candidate_seed(key, corners if place is None else (*corners, place.x, place.y), index, seed)

    def ask(
        self, key: str, count: int, first: float, seed: int
    ) -> Iterator[tuple[FillView, float, Callable[[np.ndarray], None]]]:
        """Every view of `count` candidates, its temperature, and what takes its filling. first: temperature of the
        first candidate."""
        side = self.generator.side
        for index in range(count):
            candidate = Candidate(index, CrossFade(self.canvas, side), len(self.places))
            self.candidates.append(candidate)
            for place in self.places:
                view = cut(self.canvas, place, side, self.seed(key, index, seed, place))
                yield view, temperature_of(index, first), partial(candidate.lay, place)

    def judged(self, verifier: Verifier | None = None, first: float = 1.0) -> tuple[int, list[float], np.ndarray]:
        """The winner's index, the scores of all (lower is better), and what the winner adds to the canvas's base.

        With a verifier several candidates are ranked by `promoted`, else by the no-reference scores alone. first:
        temperature of the first candidate; at 0 it is the mean, which the others are compared with, and the best of
        them must look less like a filling than it does.
        """
        added = [candidate.fade.added() for candidate in self.candidates]
        if verifier is None or len(added) == 1:
            scores = [score(self.canvas, one) for one in added]
        else:
            scores = self._ranked([np.clip(self.canvas.base + one, 0, 1) for one in added], verifier, first)
        return best(scores), scores, added[best(scores)]

    def _ranked(self, composites: list[np.ndarray], verifier: Verifier, first: float) -> list[float]:
        alpha, hole = 1 - self.canvas.known, self.canvas.wanted
        if first > 0:
            return promoted(composites, alpha, hole, verifier)[1]
        mean, *drawn = composites
        winner, scores = promoted(drawn, alpha, hole, verifier, mean)
        risks = [worst_of(verifier.judge(seam_views(one, alpha, hole))).risk for one in (mean, drawn[winner])]
        return [scores[winner] + risks[0] - risks[1], *scores]

    def lay(self, tile: Tile, base: np.ndarray, added: np.ndarray, extra: Extra | None) -> None:
        """Set the tile's fill where the patch's pixels are. base: uint16 (h, w, 3), the tile's fill before any patch.
        added: float32 (H, W, 3) of the canvas."""
        if tile.fill is None or tile.unknown is None:
            raise ValueError(f"tile at ({tile.x}, {tile.y}) has no base: run the base stage before a generator's")
        box = tile_box(tile)
        own = self.wanted(box) & tile.unknown & (tile.blend > 0)
        if not own.any():
            return
        filled = base.astype(np.float32) / 65535 + self.canvas.on(added, box)
        if extra is not None:
            filled = filled + extra(box)
        levels = np.rint(np.clip(filled, 0, 1) * 65535).astype(np.uint16)
        tile.fill = np.where(own[..., None], levels, tile.fill)
