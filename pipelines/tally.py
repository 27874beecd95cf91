"""The running sum of sidecars: what the progress display and the tracking both count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipelines.observer import Sidecar

STATUSES = ("cleaned", "untouched", "kept", "failed")
VERDICTS = ("pass", "review", "fail")


@dataclass
class Tally:
    """Sums over chunks. `seconds` are summed over images, per stage; `measures` hold (sum, count). `edges`
    and `trips` are those of regions through the gate, as `cluster.sinks.gate` names them."""

    images: int = 0
    chunks: int = 0
    regions: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    status: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    routes: Counter[str] = field(default_factory=Counter)
    generators: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    edges: Counter[str] = field(default_factory=Counter)
    trips: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    boundary_bytes: Counter[str] = field(default_factory=Counter)
    measures: dict[str, tuple[float, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, sidecars: Iterable[Sidecar]) -> Tally:
        tally = cls()
        for sidecar in sidecars:
            tally.add(sidecar)
        return tally

    def add(self, sidecar: Sidecar) -> None:
        self.chunks += 1
        for name in ("images", "regions", "bytes_in", "bytes_out"):
            setattr(self, name, getattr(self, name) + int(sidecar.get(name, 0)))
        for name in ("status", "errors", "routes", "generators", "verdicts", "edges", "trips", "boundary_bytes"):
            getattr(self, name).update(sidecar.get(name, {}))
        for stage, seconds in sidecar.get("seconds", {}).items():
            self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds
        for name, (total, count) in sidecar.get("measures", {}).items():
            before = self.measures.get(name, (0.0, 0))
            self.measures[name] = (before[0] + total, before[1] + int(count))

    @property
    def failures(self) -> int:
        """Images without a cleaned or deliberately untouched result: failed ones and those kept as they were."""
        return self.status["failed"] + self.status["kept"]

    @property
    def doubtful(self) -> int:
        """Images that do not pass: something may be left, or a filling was rejected."""
        return self.verdicts["review"] + self.verdicts["fail"]

    def seconds_per_image(self) -> dict[str, float]:
        return {stage: total / self.images for stage, total in self.seconds.items()} if self.images else {}

    def means(self) -> dict[str, float]:
        return {name: total / count for name, (total, count) in self.measures.items() if count}
