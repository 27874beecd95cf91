"""Who was inside when a worker died: tells a picture that kills its worker from a worker that was killed.

Ray Data restarts a dead actor and runs its task again, without end. That is right for a worker that was evicted, and
an endless loop for a picture that crashes a codec or does not fit into memory. So every worker notes here which chunk
it enters. A chunk that is entered again without having been left lost its worker, and is then worked on picture by
picture, each noted. A picture inside which workers died `quarantine_after` times while they did nothing else is
closed as failed, and its chunk goes on. One unlucky kill never condemns a picture: the first only makes the chunk
careful, and from then on it takes `quarantine_after` more, all at the same picture.

A worker that dies while it sets up (a broken native library, a model that does not fit) would be restarted without
end as well. It notes that too, and the job ends when a pool's workers keep dying before one of them gets ready.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

Place = tuple[int, str]  # chunk, pool


@dataclass(frozen=True)
class Entry:
    """How a chunk is to be worked on. quarantined: positions not to be touched, with the deaths they cost."""

    careful: bool
    quarantined: dict[int, int] = field(default_factory=dict)


class Ledger:
    """Plain Python; the job runs it as one actor on the driver's node."""

    def __init__(self, quarantine_after: int) -> None:
        self.quarantine_after = quarantine_after
        self._starting: Counter[str] = Counter()
        self._inside: set[Place] = set()
        self._careful: set[Place] = set()
        self._suspect: dict[Place, int] = {}
        self._deaths: dict[Place, Counter[int]] = {}

    def set_up(self, pool: str) -> int:
        """A worker begins to set up. How many have begun since the last one of this pool that got ready."""
        self._starting[pool] += 1
        return self._starting[pool]

    def ready(self, pool: str) -> None:
        """A worker is set up."""
        self._starting[pool] = 0

    def enter(self, chunk: int, pool: str) -> Entry:
        """A worker begins with a chunk."""
        place = (chunk, pool)
        if place in self._inside:
            self._careful.add(place)
            suspect = self._suspect.pop(place, None)
            if suspect is not None:
                self._deaths.setdefault(place, Counter())[suspect] += 1
        self._inside.add(place)
        deaths = self._deaths.get(place, Counter())
        return Entry(place in self._careful, {p: n for p, n in deaths.items() if n >= self.quarantine_after})

    def leave(self, chunk: int, pool: str) -> None:
        """The chunk is done in this pool."""
        self._inside.discard((chunk, pool))
        self._suspect.pop((chunk, pool), None)

    def begin(self, chunk: int, pool: str, position: int) -> None:
        """Careful mode: the worker turns to this picture and to nothing else."""
        self._suspect[chunk, pool] = position

    def end(self, chunk: int, pool: str) -> None:
        """Careful mode: the picture is done."""
        self._suspect.pop((chunk, pool), None)

    def deaths(self) -> int:
        """Workers lost inside single pictures so far."""
        return sum(sum(counts.values()) for counts in self._deaths.values())
