"""An observer told from a thread of its own: a slow tracking server must not hold up the job or its display."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from pipelines.observer import JobInfo, Observer, Sidecar, Summary

FAILED_SECONDS = 30.0  # what a broken job still waits for the last words of its observer


class Background:
    """Passes everything on, in order, from one daemon thread. `finished` and `failed` wait until it is all told."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._calls: queue.Queue[Callable[[], None] | None] = queue.Queue()
        self._thread = threading.Thread(target=self._work, name="background-observer", daemon=True)
        self._thread.start()

    def started(self, info: JobInfo) -> None:
        self._calls.put(lambda: self._observer.started(info))

    def committed(self, sidecar: Sidecar) -> None:
        self._calls.put(lambda: self._observer.committed(sidecar))

    def tick(self) -> None:
        if self._calls.empty():  # ticks that pile up behind a slow call tell nothing
            self._calls.put(self._observer.tick)

    def finished(self, summary: Summary) -> None:
        self._calls.put(lambda: self._observer.finished(summary))
        self._end(None)

    def failed(self, error: BaseException) -> None:
        self._calls.put(lambda: self._observer.failed(error))
        self._end(FAILED_SECONDS)

    def _end(self, seconds: float | None) -> None:
        self._calls.put(None)
        self._thread.join(seconds)

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            call()
