"""The generators' stages: on the harmonic base of every tile, the generator behind each route."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from operators.fill.base import HarmonicBase
from operators.fill.contest import Contest
from operators.fill.detail import enlarged_detail, ring_detail
from operators.fill.generator import Generator
from operators.fill.generators import Role, load_detail, load_generators
from operators.fill.grained import lay_grain
from operators.fill.patch import Extra, Patch
from operators.fill.plan import plan
from operators.fill.seams import cross_fade
from operators.fill.warm_up import warm_up
from operators.fill.work import Order, WorkList, attributed
from operators.options import FillOptions, RouteOptions, VerifyOptions
from operators.record import ImageRecord
from operators.stage import Stage
from operators.threads import one_thread
from operators.verify.loading import verifier_of
from operators.verify.path import is_rejected
from operators.verify.verdict import Verifier

if TYPE_CHECKING:
    from operators.fill.hub.upscale import Upscaler


@dataclass(frozen=True, eq=False)
class Started:
    """A record whose base is laid and whose views are on the work list."""

    record: ImageRecord
    patches: list[Patch]
    contest: Contest | None = None

    @property
    def complete(self) -> bool:
        return not self.record.open or all(patch.complete for patch in self.patches)


@dataclass
class FillStage(Stage):
    """Sets fill, generator, seed and scores of every tile, and generator (with what changed its mind in reason) of
    every region; of regions that a generator filled the features `candidate` and `candidate_<k>` too. What has no
    harmonic base yet gets it first.

    The records of a call are a window: their views share micro-batches, and no result depends on what it shares one
    with. seed: of candidates. route: the rule for what un-blending could not save. Nothing inside a hole with alpha 1
    is read.
    """

    name: ClassVar[str] = "fill"
    routes: ClassVar[tuple[Role, ...]] = ("prior", "diffusion")
    options: FillOptions = FillOptions()
    seed: int = 0
    route: RouteOptions = RouteOptions()
    generators: Mapping[str, Generator] | None = None  # by route; loaded by `setup` when not given
    verify: VerifyOptions = VerifyOptions(weights="none")
    verifier: Verifier | None = None  # loaded by `setup` when not given and `verify` names weights
    _upscaler: Upscaler | None = field(default=None, init=False, repr=False)
    _limits: dict[int, int] = field(default_factory=dict, init=False, repr=False)

    def setup(self) -> None:
        """Load the generators that the recipe names and have each fill a view, once. Raises what their loaders raise,
        saying what to do."""
        if self.generators is None:
            generators = load_generators(self.options, self.routes)
            self._upscaler = load_detail(self.options) if generators else None
            with one_thread():
                for generator in generators.values():
                    warm_up(generator)
            self.generators = generators
        self.verifier = self.verifier or verifier_of(self.verify)

    def process(self, record: ImageRecord) -> None:
        self([record])

    def __call__(self, records: list[ImageRecord]) -> list[ImageRecord]:
        self.setup()
        with one_thread():  # models of the hub are not pinned themselves
            self._fill(records)
        return records

    def _fill(self, records: list[ImageRecord]) -> None:
        work = WorkList(self.name, self.options.micro_batch, self._limits)
        started: list[Started] = []
        for record in records:
            if not record.open:
                continue
            with attributed(record, self.name):
                started.append(self._start(record, work))
            if not record.open and len(records) > 1:
                record.drop_picture()
            work.run_full()
            started = self._finished(started, len(records))
        work.run_all()
        self._finished(started, len(records))

    def _start(self, record: ImageRecord, work: WorkList) -> Started:
        assert self.generators is not None
        base = HarmonicBase(self.options, self.route)
        base.lay(record)
        rejected = [i for i, r in enumerate(record.regions) if r.route in self.generators and is_rejected(r)]
        contest = Contest.open(record, rejected, base) if rejected and self.verifier is not None else None
        patches = plan(record, self.generators, self.route, self.options.rectify)
        for patch in patches:
            for view, temperature, deliver in patch.ask(
                    record.key, self.options.candidates, self.options.temperature, self.seed):
                work.add(Order(record, patch.generator, view, temperature, deliver))
        return Started(record, patches, contest)

    def _finished(self, started: list[Started], window: int) -> list[Started]:
        """Finish the complete ones; those that are left."""
        for one in started:
            if one.complete and one.record.open:
                with attributed(one.record, self.name):
                    self._finish(one)
            if one.complete and window > 1:
                one.record.drop_picture()
        return [one for one in started if not one.complete]

    def _finish(self, one: Started) -> None:
        """Keep the winners."""
        if not one.patches:
            return
        bases = {id(tile): tile.fill for tile in one.record.tiles}
        for patch in one.patches:
            winner, scores, added = patch.judged(self.verifier, self.options.temperature)
            extra = self._extra(patch, one.record, winner, added)
            for tile in patch.tiles:
                base = bases[id(tile)]
                assert base is not None
                patch.lay(tile, base, added, extra)
            _note(patch, one.record, winner, scores, self.seed)
        owners = Counter(i for tile in one.record.tiles for i in tile.regions)
        if max(owners.values()) > 1:
            cross_fade(one.record.tiles)
        if self.options.grain:
            lay_grain(one.record, sorted({i for patch in one.patches for i in patch.regions}), self.seed)
        if one.contest is not None and self.verifier is not None:
            one.contest.decide(one.record, self.verifier, self.verify.max_risk)
        for tile in one.record.tiles:
            tile.generator = "+".join(sorted({one.record.regions[i].generator for i in tile.regions}))

    def _extra(self, patch: Patch, record: ImageRecord, winner: int, added: np.ndarray) -> Extra | None:
        """What a coarser scale lost."""
        seed = patch.seed(record.key, winner, self.seed)
        if self._upscaler is not None and patch.canvas.step > 1:
            return enlarged_detail(patch.canvas, added, self._upscaler, seed).on
        detail = ring_detail(record.picture(), patch.canvas, self.options.cycles, seed)
        return None if detail is None else detail.on


class PriorStage(FillStage):
    """What is routed to the prior; the rest passes through."""

    name = "prior"
    routes = ("prior",)


class DiffusionStage(FillStage):
    """What is routed to the diffusion inpainter; the rest passes through."""

    name = "diffusion"
    routes = ("diffusion",)


def _note(patch: Patch, record: ImageRecord, winner: int, scores: list[float], seed: int) -> None:
    """A region of several patches shows the candidates of the one that came out worst."""
    for index in patch.regions:
        region = record.regions[index]
        region.generator = patch.generator.name
        last = region.features.get("candidate")
        if last is None or scores[winner] > region.features[f"candidate_{last:.0f}"]:
            region.features |= {"candidate": float(winner)} | {f"candidate_{k}": v for k, v in enumerate(scores)}
    for tile in patch.tiles:
        tile.seed = patch.seed(record.key, winner, seed)
        tile.score = max(tile.score, scores[winner])
        tile.scores += scores
