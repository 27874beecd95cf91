"""Which pictures of a job the page shows: bounded in memory however long the job, and the same ones every time."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Mapping
from typing import Any

Row = Mapping[str, Any]

LIMIT = 200  # a page with more cases is slow to open and nobody looks at them all
PER_GROUP = 2  # cases that each status and each route is sure of


class Sampler:
    """Takes the rows of a job one by one and keeps those to show.

    In order: `PER_GROUP` of every status and of every route; then, for half of the places, the worst scores; then,
    for the rest, at random. Chance is a hash of seed and key, so that the order of rows does not matter.
    """

    def __init__(self, samples: int, seed: int = 0) -> None:
        self.samples, self.seed = max(0, min(samples, LIMIT)), seed
        self._worst: list[tuple[float, str, Row]] = []
        self._random: list[tuple[float, str, Row]] = []
        self._groups: dict[str, list[tuple[float, str, Row]]] = {}

    def add(self, row: Row, severity: float, routes: set[str]) -> None:
        """severity: of the row's worst region. routes: of its regions."""
        rank, key = self._rank(row["key"]), str(row["key"])
        if severity > 0:
            _push(self._worst, (severity, key, row), self.samples)
        _push(self._random, (-rank, key, row), self.samples)
        for group in {row["status"], *(f"route {route}" for route in routes)}:
            _push(self._groups.setdefault(group, []), (-rank, key, row), PER_GROUP)

    def chosen(self) -> list[Row]:
        """At most `samples` rows, the worst first."""
        picked: dict[str, tuple[float, Row]] = {}
        severities = {key: severity for severity, key, _ in self._worst}
        groups = [sorted(self._groups[name], reverse=True) for name in sorted(self._groups)]
        represented = [heap[i] for i in range(PER_GROUP) for heap in groups if i < len(heap)]
        for pool, places in ((represented, self.samples), (sorted(self._worst, reverse=True), None),
                             (sorted(self._random, reverse=True), self.samples)):
            bound = places if places is not None else len(picked) + (self.samples - len(picked)) // 2
            for _, key, row in pool:
                if len(picked) >= bound:
                    break
                picked.setdefault(key, (severities.get(key, 0.0), row))
        return [row for _, row in sorted(picked.values(), key=lambda entry: (-entry[0], str(entry[1]["key"])))]

    def policy(self, shown: int, images: int) -> str:
        """One sentence for the reader of the page."""
        if shown >= images:
            return f"Every one of the {images:,} images is here."
        return (f"{shown:,} of {images:,} images: {PER_GROUP} of every status and every route, then half of the places "
                f"for the worst scores, the rest at random (seed {self.seed}).")

    def _rank(self, key: str) -> float:
        return int.from_bytes(hashlib.sha256(f"{self.seed}\0{key}".encode()).digest()[:8]) / 2**64


def _push(heap: list[tuple[float, str, Row]], entry: tuple[float, str, Row], size: int) -> None:
    """Keep the `size` largest by value; the key decides between equals, rows are never compared."""
    if size <= 0 or any(entry[:2] == (value, key) for value, key, _ in heap):
        return
    if len(heap) < size:
        heapq.heappush(heap, entry)
    elif entry[:2] > heap[0][:2]:
        heapq.heapreplace(heap, entry)
