"""What the gate came to, counted from the paths of regions: the steps between two stations, and whole trips."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from operators.record import Region
from operators.verify.path import FAILED, NO_BETTER, PASSED

START, ARROW = "start", " → "
MEND, LEFT = "mend", "left"  # stations of a trip: some remedy was kept; rejected in the end


def edges(regions: Iterable[Region]) -> dict[str, int]:
    """Pairs of neighbours on the paths, from START on: {"start → prior": 3, "prior → failed": 1, ...}."""
    steps: Counter[str] = Counter()
    for region in regions:
        whole = [START, *region.path] if region.path else []
        steps.update(ARROW.join(pair) for pair in zip(whole, whole[1:], strict=False))
    return dict(steps)


def trips(regions: Iterable[Region]) -> dict[str, int]:
    """Judged regions by the stations they went through: {"prior → diffusion → mend → left": 1, ...}."""
    return dict(Counter(ARROW.join(trip(r.path, r.generator)) for r in regions if _judged(r.path)))


def trip(path: Sequence[str], generator: str) -> list[str]:
    """The first generator, the second one if there was one, MEND if a remedy was kept, PASSED or LEFT.

    generator: what filled the region in the end. It tells a second generator from a remedy, which never becomes it.
    """
    looks = _between_outcomes(path)
    stations = [looks[0][0]]
    rest = looks[1:]
    if rest and (NO_BETTER in rest[0] or rest[0][0] == generator):
        stations.append(rest.pop(0)[0])
    return [*stations, *([MEND] if rest else []), PASSED if path[-1] == PASSED else LEFT]


def _judged(path: Sequence[str]) -> bool:
    return len(path) > 1 and path[-1] in (PASSED, FAILED)


def _between_outcomes(path: Sequence[str]) -> list[list[str]]:
    """What was done before each look of the verifier."""
    looks: list[list[str]] = [[]]
    for step in path:
        if step in (PASSED, FAILED):
            looks.append([])
        else:
            looks[-1].append(step)
    return [look for look in looks if look]
