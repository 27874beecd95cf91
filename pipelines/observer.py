"""What the driver tells while a job runs: the one seam between the driver, the terminal and the tracking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Sidecar = dict[str, Any]  # OUT/<chunk>_stats.json
Summary = dict[str, Any]  # OUT/summary.json
PoolNote = dict[str, Any]  # a pool as placed: stages that share its actors, actors, cpus and gpus of each, ...


@dataclass(frozen=True)
class JobInfo:
    """What is known when the job starts. `images` and `chunks` are those of the whole plan, done ones included."""

    out: str
    kind: str  # folder, webdataset, parquet: what is written
    images: int
    chunks: int
    done_images: int = 0  # committed by earlier attempts
    done_chunks: int = 0
    layout: str = "fused"
    pools: list[str] = field(default_factory=list)  # one human line a pool: "detect+refine: 2 actors x 0.8 CPU"
    placed: Sequence[PoolNote] = ()  # the same pools as data; none when nothing is left to run
    attempt: int = 1
    resumed: bool = False
    earlier: Sequence[Sidecar] = ()  # of the chunks done when it began, so that counts are those of the whole job

    @property
    def left(self) -> int:
        """Images this attempt has to do."""
        return self.images - self.done_images


class Observer(Protocol):
    """Follows one job on the driver. Calls come from one thread, in the order started, committed*/tick*, then
    finished or failed."""

    def started(self, info: JobInfo) -> None: ...

    def committed(self, sidecar: Sidecar) -> None:
        """A chunk was committed by this attempt; chunks found done when it began are not told."""

    def tick(self) -> None:
        """About twice a second."""

    def finished(self, summary: Summary) -> None:
        """Everything is in OUT, the report included."""

    def failed(self, error: BaseException) -> None:
        """The job ends here; it may not even have started."""


class Observers:
    """Several observers as one, told in the order given."""

    def __init__(self, observers: Sequence[Observer]) -> None:
        self.observers = list(observers)

    def started(self, info: JobInfo) -> None:
        for observer in self.observers:
            observer.started(info)

    def committed(self, sidecar: Sidecar) -> None:
        for observer in self.observers:
            observer.committed(sidecar)

    def tick(self) -> None:
        for observer in self.observers:
            observer.tick()

    def finished(self, summary: Summary) -> None:
        for observer in self.observers:
            observer.finished(summary)

    def failed(self, error: BaseException) -> None:
        for observer in self.observers:
            observer.failed(error)
