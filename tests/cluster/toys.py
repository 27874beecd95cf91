"""Stages that need no model: what the cluster does must not depend on what a stage does."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from operators.record import ImageRecord, Status
from operators.stage import Stage

_INVERSE = bytes(255 - b for b in range(256))


def inverted(data: bytes) -> bytes:
    """All bytes but the three that tell the format."""
    return data[:3] + data[3:].translate(_INVERSE)


@dataclass
class Sleep(Stage):
    """Takes `seconds` an image and leaves it open."""

    name = "sleep"
    seconds: float = 0.05

    def process(self, record: ImageRecord) -> None:
        time.sleep(self.seconds)


@dataclass
class Invert(Stage):
    """Closes every record: bytes inverted, `untouched` in the key leaves it, `bad` raises, `unreadable` fails."""

    name = "invert"
    trace: str = ""  # folder in which every processed key leaves a file

    def process(self, record: ImageRecord) -> None:
        if self.trace:
            (Path(self.trace) / f"{record.key.replace('/', '_')}.{os.getpid()}.{time.time_ns()}").touch()
        if "bad" in record.key:
            raise ValueError("bad picture")
        record.format, record.width, record.height = "RAW", 1, len(record.image)
        if "untouched" in record.key:
            record.leave_untouched("nothing found")
            return
        record.status, record.result = Status.CLEANED, inverted(record.image)


@dataclass
class DeadOnArrival(Stage):
    """Kills its worker before it can do anything."""

    name = "dead"

    def setup(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def process(self, record: ImageRecord) -> None:
        raise AssertionError


@dataclass
class Kill(Stage):
    """Kills its worker on keys that hold `mark`: always, or `times` in all when there is a folder to count in."""

    name = "kill"
    mark: str = "poison"
    folder: str = ""
    times: int = 0

    def process(self, record: ImageRecord) -> None:
        if self.mark in record.key and (not self.folder or self._once_more()):
            os.kill(os.getpid(), signal.SIGKILL)

    def _once_more(self) -> bool:
        done = len(list(Path(self.folder).iterdir()))
        if done < self.times:
            (Path(self.folder) / str(time.time_ns())).touch()
        return done < self.times
