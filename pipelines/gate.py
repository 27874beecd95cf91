"""The gate in numbers and words: how many fillings the verifier let pass at once, and what became of the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from cluster.sinks.gate import ARROW, MEND, PASSED


@dataclass(frozen=True)
class Trip:
    """Regions that went the same way. first, second: generators, `second` empty where there was none."""

    first: str
    second: str
    mended: bool
    passed: bool
    count: int

    @property
    def rejected(self) -> bool:
        """Whether the verifier rejected the first filling."""
        return bool(self.second) or self.mended or not self.passed


@dataclass(frozen=True)
class Gate:
    """All regions that the verifier judged, by their way."""

    trips: tuple[Trip, ...]

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> Gate:
        """counts: as `trips` of a sidecar or a summary."""
        return cls(tuple(_trip(name, count) for name, count in sorted(counts.items()) if count))

    def count(self, *, second: bool | None = None, mended: bool | None = None, passed: bool | None = None) -> int:
        """Regions whose way has all that is given."""
        return sum(t.count for t in self.trips if second in (None, bool(t.second)) and mended in (None, t.mended)
                   and passed in (None, t.passed))

    @cached_property
    def judged(self) -> int:
        return self.count()

    @cached_property
    def rejected(self) -> int:
        """First fillings that were rejected."""
        return sum(t.count for t in self.trips if t.rejected)

    @cached_property
    def seconds(self) -> tuple[str, ...]:
        """Generators that were given what others had failed at."""
        return tuple(sorted({t.second for t in self.trips if t.second}))

    def words(self) -> str:
        """One sentence without a full stop; empty when nothing was judged."""
        return ", ".join(self._parts()) if self.judged else ""

    def _parts(self) -> Iterator[str]:
        yield f"{self.judged:,} filling{'s' * (self.judged > 1)} judged"
        if not self.rejected:
            yield "all passed" if self.judged > 1 else "passed"
            return
        yield f"{self.rejected:,} rejected at first"
        if self.seconds:
            tried, through = self.count(second=True), self.count(second=True, mended=False, passed=True)
            of_them = "all" if through == tried else f"{through:,}" if through else "none"
            yield f"{tried:,} went on to {' and '.join(self.seconds)} ({of_them} passed there)"
        if mended := self.count(mended=True, passed=True):
            yield f"{mended:,} mended"
        left = self.count(passed=False)
        yield f"{left:,} left for review" if left else "none left for review"


def _trip(name: str, count: int) -> Trip:
    first, *middle, last = name.split(ARROW)
    return Trip(first, next((m for m in middle if m != MEND), ""), MEND in middle, last == PASSED, count)
