"""How fast a job goes, from commits that arrive in bursts."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic

WINDOW_SECONDS = 60.0
WINDOW_COMMITS = 8  # kept whatever their age, so that slow chunks have a rate too
WARM_SECONDS = 5.0  # commits must span this much before the start-up is left out of the rate


class Pace:
    """Images per second over the last minute. The time before the first commit (start-up) stops counting as
    soon as the commits alone span a few seconds."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._begun = clock()
        self._commits: deque[tuple[float, int]] = deque()

    def add(self, images: int) -> None:
        now = self._clock()
        self._commits.append((now, images))
        while len(self._commits) > WINDOW_COMMITS and now - self._commits[0][0] > WINDOW_SECONDS:
            self._commits.popleft()

    @property
    def elapsed(self) -> float:
        """Seconds since the job began."""
        return self._clock() - self._begun

    def per_second(self) -> float | None:
        """None before the first commit. A pause without commits lowers it."""
        if not self._commits:
            return None
        now, (first, burst) = self._clock(), self._commits[0]
        images = sum(n for _, n in self._commits)
        if len(self._commits) >= 4 and self._commits[-1][0] - first >= WARM_SECONDS:
            return (images - burst) / (now - first)
        return images / max(now - self._begun, 1e-9)

    def left(self, images: int) -> float | None:
        """Seconds for that many more images at this pace."""
        speed = self.per_second()
        return images / speed if speed else None
