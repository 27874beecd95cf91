"""The verify stages: after the prior, where the gate stands, and after the diffusion inpainter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from operators.options import VerifyOptions
from operators.record import ImageRecord, Region
from operators.stage import Stage
from operators.verify.loading import verifier_of
from operators.verify.path import is_judged
from operators.verify.picture import settle
from operators.verify.regions import is_filled, judge_region, put_on_record
from operators.verify.verdict import Verifier

GATED = ("flat", "prior")


@dataclass
class VerifyStage(Stage):
    """Judges every filling that is complete before the diffusion inpainter: sets scores and path of its region.

    diffusion: whether a diffusion inpainter follows. With `verify.gate` it then gets what fails of flat and prior:
    the route becomes diffusion, with the risk in the reason. What was computed back stays: it looks noisier than any
    filling and is nearer to the truth (filled instead, 61 rims of 415 holes were visible, and 48 as it was). Without
    weights (`none`) nothing is judged.
    """

    name: ClassVar[str] = "verify"
    options: VerifyOptions = field(default_factory=VerifyOptions)
    diffusion: bool = True
    verifier: Verifier | None = None

    def setup(self) -> None:
        """Load the verifier. Raises `WeightsUnavailable` saying what to do."""
        self.verifier = self.verifier or verifier_of(self.options)

    def process(self, record: ImageRecord) -> None:
        self.setup()
        if self.verifier is None:
            return
        for index in self._due(record.regions):
            region = record.regions[index]
            region.path.append(region.generator)
            verdict = judge_region(record, index, self.verifier)
            if not put_on_record(region, verdict, self.options.max_risk):
                self._reject(region, verdict.risk, verdict.worst)

    def _due(self, regions: list[Region]) -> Iterable[int]:
        return [i for i, r in enumerate(regions) if is_filled(r) and r.route != "diffusion"]

    def _reject(self, region: Region, risk: float, why: str) -> None:
        if not (self.options.gate and self.diffusion and region.route in GATED):
            return
        region.reason += f"; {region.generator} rejected ({why}, risk {risk:.2f}): on to diffusion"
        region.route = "diffusion"


@dataclass
class ReverifyStage(VerifyStage):
    """Judges what came after: the diffusion inpainter's own, and what the gate sent to it. Then gives the picture its
    verdict, also one that was left untouched."""

    name: ClassVar[str] = "reverify"

    def __call__(self, records: list[ImageRecord]) -> list[ImageRecord]:
        super().__call__(records)
        for record in records:
            if self.verifier is not None:
                settle(record, self.options)
        return records

    def _due(self, regions: list[Region]) -> Iterable[int]:
        return [i for i, r in enumerate(regions) if is_filled(r) and not is_judged(r)]

    def _reject(self, region: Region, risk: float, why: str) -> None:
        """What fails here is the remedies' to mend."""
