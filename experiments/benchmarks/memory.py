"""Peak memory of this process and all its descendants, Ray's included."""

from __future__ import annotations

import contextlib
import threading

import psutil

MIB = 2**20


class PeakMemory:
    """Samples the proportional set size, which counts a shared page once, while it is entered. `mib` is the peak."""

    def __init__(self, every_seconds: float = 1.0) -> None:
        self.every_seconds, self.mib = every_seconds, 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._ended.wait(self.every_seconds):
            self.mib = max(self.mib, total_mib())


def total_mib() -> float:
    """PSS of this process and its descendants, MiB."""
    total = 0
    for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
        with contextlib.suppress(psutil.Error, FileNotFoundError):
            total += process.memory_full_info().pss
    return total / MIB
