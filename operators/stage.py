"""A stage: one step of the line, callable on a list of records in a notebook, a test or an actor."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from operators.picture import UnreadableImage
from operators.record import ImageRecord


@dataclass(frozen=True)
class Resources:
    """What one worker of a stage needs. gpus may be a fraction. memory in bytes, 0 = not reserved."""

    cpus: float = 1.0
    gpus: float = 0.0
    memory: int = 0


class Stage(ABC):
    """Subclasses are dataclasses of options. `setup` runs once per worker and loads what is heavy (import it there).

    An error of one image becomes its status and error, never an exception of the batch.
    """

    name: ClassVar[str]
    resources: ClassVar[Resources] = Resources()

    def setup(self) -> None:  # noqa: B027  (most stages have nothing to load)
        """Load models once per worker. Idempotent."""

    @abstractmethod
    def process(self, record: ImageRecord) -> None:
        """Work on one open record in place. May raise: the record is closed with the error."""

    def __call__(self, records: list[ImageRecord]) -> list[ImageRecord]:
        for record in records:
            if record.open:
                self._guarded(record)
        return records

    def _guarded(self, record: ImageRecord) -> None:
        start = time.perf_counter()
        try:
            self.process(record)
        except UnreadableImage as error:
            record.fail(self.name, error.kind, str(error), readable=False)
        except Exception as error:  # one image's error must not cost its neighbours
            record.fail(self.name, type(error).__name__, str(error) or repr(error), readable=record.width > 0)
        record.seconds[self.name] = record.seconds.get(self.name, 0.0) + time.perf_counter() - start


class Line(Stage):
    """Several stages in one worker: image after image, so that one decoded frame serves all and only one is held."""

    name = "line"

    def __init__(self, stages: list[Stage]) -> None:
        self.stages = stages
        self.name = "_".join(s.name for s in stages)  # type: ignore[misc]

    def setup(self) -> None:
        for stage in self.stages:
            stage.setup()

    def process(self, record: ImageRecord) -> None:
        for stage in self.stages:
            stage([record])

    def __call__(self, records: list[ImageRecord]) -> list[ImageRecord]:
        for record in records:
            self.process(record)
            record.drop_picture()
        return records
