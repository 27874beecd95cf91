"""The mend stage: what the verifier rejected in the end is treated by its failure, judged again, and kept if better."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from operators.fill.candidates import candidate_seed
from operators.fill.generator import Generator
from operators.fill.generators import Role, load_generators
from operators.options import FillOptions, VerifyOptions
from operators.record import ImageRecord, Region
from operators.remedy.graft import graft
from operators.remedy.mend import mend
from operators.remedy.refill import GeneratorRefill
from operators.remedy.wound import Refill, Wound, membrane_refill
from operators.stage import Stage
from operators.threads import one_thread
from operators.verify.loading import verifier_of
from operators.verify.path import FAILED, NOTHING_HELPED, is_rejected
from operators.verify.picture import settle
from operators.verify.regions import Surroundings, is_filled, judge_region, put_on_record, surroundings
from operators.verify.verdict import Verifier

LINE = 1_000_003  # seeds of remedies are not those of candidates
MOST_PIXELS = 1_500_000  # of a window: remedies of larger holes would take minutes; they stay rejected


@dataclass
class MendStage(Stage):
    """At most `verify.rounds` rounds on every region that failed; sets its scores, path and, when its hole grew, its
    matte; then the picture's verdict. Refills are by the diffusion inpainter, or the prior where there is none."""

    name: ClassVar[str] = "mend"
    options: VerifyOptions = field(default_factory=VerifyOptions)
    fill: FillOptions = field(default_factory=FillOptions)
    seed: int = 0
    verifier: Verifier | None = None
    generator: Generator | None = None
    _ready: bool = field(default=False, init=False, repr=False)

    def setup(self) -> None:
        """Load verifier and generator. Raises what their loaders raise, saying what to do."""
        if self._ready or self.options.weights == "none" or self.options.rounds == 0:
            return
        self.verifier = self.verifier or verifier_of(self.options)
        if self.generator is None:
            self.generator = self._load()
        self._ready = True

    def _load(self) -> Generator | None:
        roles: tuple[Role, ...] = ("diffusion", "prior")
        for role in roles:
            found = load_generators(self.fill, (role,))
            if found:
                return found[role]
        return None

    def process(self, record: ImageRecord) -> None:
        self.setup()
        failed = [i for i, r in enumerate(record.regions) if is_filled(r) and is_rejected(r)]
        if not failed or self.verifier is None or self.options.rounds == 0:
            return
        with one_thread():
            for index in failed:
                self._mend(record, index, self.verifier)
        settle(record, self.options)

    def _mend(self, record: ImageRecord, index: int, verifier: Verifier) -> None:
        region, seen = record.regions[index], surroundings(record, index)
        if seen.own.size > MOST_PIXELS:
            region.reason += "; too large for remedies"
            return
        wound = _wound(record, region, seen, self.seed)
        refill: Refill = membrane_refill
        if self.generator is not None:
            refill = GeneratorRefill(self.generator, self.fill.temperature)
        mended, trials = mend(wound, verifier, refill, self.options.max_risk, self.options.rounds)
        kept = [trial for trial in trials if trial.kept]
        if not kept:
            region.path += [NOTHING_HELPED, FAILED] if trials else []
            return
        graft(record, index, seen.box, mended)
        region.path += [trial.remedy for trial in kept]
        region.reason += "; mended: " + ", ".join(f"{t.remedy} {t.before:.2f} to {t.after:.2f}" for t in kept)
        put_on_record(region, judge_region(record, index, verifier), self.options.max_risk)


def _wound(record: ImageRecord, region: Region, seen: Surroundings, seed: int) -> Wound:
    """The region's own hole; what was filled beside it counts as known."""
    blend = np.where(seen.own, 1, 0).astype(np.float32)
    box = seen.box
    own = candidate_seed(record.key, (box.x0, box.y0, box.x1, box.y1), LINE, seed) >> 1
    alpha = np.where(seen.own, seen.alpha, 0).astype(np.float32)
    return Wound(seen.rgb.astype(np.float32), alpha, seen.own, blend, own)
