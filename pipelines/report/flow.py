"""The gate as a picture: from the generators past the verifier to what passed and what is left.

Ribbons are as wide as their counts. What passed runs on top; what a later station takes over, one lane lower.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.gate import Gate, Trip

LOOK, SECOND, AGAIN, MEND, PASSED, LEFT = "look", "second", "again", "mend", "passed", "left"
ORDER = (LOOK, SECOND, AGAIN, MEND)  # from left to right, between the generators and the two ends
LANES = ((PASSED,), (SECOND, AGAIN), (MEND,), (LEFT,))  # from top to bottom
COMING = {PASSED: (LOOK, AGAIN, MEND), SECOND: (LOOK,), AGAIN: (SECOND,), MEND: (AGAIN, LOOK),
          LEFT: (MEND, AGAIN, LOOK)}  # from top to bottom, so that no ribbons cross
STEP, NODE = 172.0, 12.0  # px from column to column; width of a node
MARGIN_LEFT, MARGIN_RIGHT, TOP, BOTTOM = 156.0, 160.0, 62.0, 26.0  # room for names and titles
TALL, THIN = 190.0, 2.5  # px: all regions together; the thinnest ribbon
LANE_GAP, GENERATOR_GAP = 44.0, 22.0
LONGEST = 14  # letters of a name in the drawing

Link = tuple[str, str]


@dataclass
class Node:
    """kind: a station, or `generator`. x, y, height: px."""

    kind: str
    name: str
    count: int
    x: float
    y: float = 0.0
    height: float = 0.0


@dataclass
class Ribbon:
    """kind: where it leads to. path: its centre line; thick: its width, px."""

    start: str
    end: str
    kind: str
    count: int
    path: str
    thick: float


@dataclass
class Flow:
    """What the template draws and tells. titles: x and text above the columns. rows: from, to, count."""

    nodes: list[Node] = field(default_factory=list)
    ribbons: list[Ribbon] = field(default_factory=list)
    titles: list[tuple[float, str]] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0

    @property
    def rows(self) -> list[tuple[str, str, int]]:
        return [(r.start, r.end, r.count) for r in self.ribbons]


def flow(gate: Gate) -> Flow | None:
    """The drawing; None when the verifier judged nothing."""
    return _Layout(gate).flow() if gate.judged else None


class _Layout:
    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.links = _links(gate)
        self.scale = TALL / gate.judged
        used = [s for s in ORDER if any(s in link for link in self.links)]
        self.x = {station: MARGIN_LEFT + STEP * (i + 1) for i, station in enumerate(used)}
        self.x |= dict.fromkeys((PASSED, LEFT), MARGIN_LEFT + STEP * (len(used) + 1))
        self.y, self.bottom = self._lanes()

    def flow(self) -> Flow:
        generators = self._generators()
        stations = [self._station(s) for s in self.y]
        drawn = Flow([*generators, *stations], passed=self._passed_by())
        drawn.ribbons = [*self._first_ribbons(generators), *self._ribbons()]
        drawn.titles = [(MARGIN_LEFT, "filled by"), *((x, TITLES[s]) for s, x in self.x.items() if s != LEFT)]
        drawn.width = self.x[PASSED] + NODE + MARGIN_RIGHT
        lowest = max(node.y + node.height for node in drawn.nodes)
        drawn.height = max(lowest, self.bottom) + BOTTOM
        return drawn

    def thick(self, count: int) -> float:
        return max(THIN, count * self.scale) if count else 0.0

    def _tall(self, station: str) -> float:
        coming = sum(self.thick(n) for (_, end), n in self.links.items() if end == station)
        going = sum(self.thick(n) for (start, _), n in self.links.items() if start == station)
        return max(coming, going)

    def _lanes(self) -> tuple[dict[str, float], float]:
        """y of every station in use, and where the lowest lane ends."""
        y, top = {LOOK: TOP}, TOP
        for lane in LANES:
            used = [s for s in lane if any(s in link for link in self.links)]
            if used or lane == (PASSED,):
                y |= dict.fromkeys(used, top)
                top += max((self._tall(s) for s in used), default=0.0) + LANE_GAP
        return y, top - LANE_GAP

    def _generators(self) -> list[Node]:
        counts = Counter[str]()
        for trip in self.gate.trips:
            counts[trip.first] += trip.count
        nodes, y = [], TOP
        for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            nodes.append(Node("generator", name, count, MARGIN_LEFT, y, self.thick(count)))
            y += nodes[-1].height + GENERATOR_GAP
        return nodes

    def _station(self, station: str) -> Node:
        count = sum(n for (start, end), n in self.links.items() if station == (start if station == LOOK else end))
        name = " and ".join(self.gate.seconds) if station == SECOND else NAMES[station]
        return Node(station, name, count, self.x[station], self.y[station], self._tall(station))

    def _first_ribbons(self, generators: list[Node]) -> list[Ribbon]:
        ribbons, y = [], TOP
        for node in generators:
            path = _curve(node.x + NODE, node.y + node.height / 2, self.x[LOOK], self.x[LOOK], y + node.height / 2)
            ribbons.append(Ribbon(node.name, NAMES[LOOK], "first " + _plain(node.name), node.count, path, node.height))
            y += node.height
        return ribbons

    def _ribbons(self) -> list[Ribbon]:
        starts, ends = self._offsets(going=True), self._offsets(going=False)
        columns = sorted(set(self.x.values()))
        ribbons = []
        for link, count in self.links.items():
            start, end = link
            turn = next(x for x in columns if x > self.x[start])
            path = _curve(self.x[start] + NODE, starts[link], turn, self.x[end], ends[link])
            ribbons.append(Ribbon(self._name(start), self._name(end), end, count, path, self.thick(count)))
        return ribbons

    def _name(self, station: str) -> str:
        return " and ".join(self.gate.seconds) if station == SECOND else NAMES[station]

    def _offsets(self, *, going: bool) -> dict[Link, float]:
        """y of the centre line of every ribbon where it leaves its station, or where it enters one."""
        found: dict[Link, float] = {}
        for station, top in self.y.items():
            others = [s for lane in LANES for s in lane] if going else COMING.get(station, ())
            for other in others:
                link = (station, other) if going else (other, station)
                if link in self.links:
                    own = self.thick(self.links[link])
                    found[link], top = top + own / 2, top + own
        return found

    def _passed_by(self) -> list[str]:
        ways = {LOOK: "at first sight", AGAIN: "filled again", MEND: "mended"}
        return [f"{self.links[s, PASSED]:,} {words}" for s, words in ways.items() if (s, PASSED) in self.links]


NAMES = {LOOK: "verifier", AGAIN: "verifier, again", MEND: "improved", PASSED: "passed", LEFT: "for review"}
TITLES = {LOOK: "verifier", SECOND: "filled again by", AGAIN: "verifier", MEND: "remedies", PASSED: "in the end"}


def _links(gate: Gate) -> dict[Link, int]:
    """Regions from station to station, only where there are some."""
    counts = Counter[Link]()
    for trip in gate.trips:
        stations = _stations(trip)
        counts.update(dict.fromkeys(zip(stations, stations[1:], strict=False), trip.count))
    return {link: n for link, n in sorted(counts.items(), key=lambda item: item[0]) if n}


def _stations(trip: Trip) -> list[str]:
    return [LOOK, *([SECOND, AGAIN] if trip.second else []), *([MEND] if trip.mended else []),
            PASSED if trip.passed else LEFT]


def _curve(x0: float, y0: float, turn: float, x1: float, y1: float) -> str:
    """An SVG path: bent as far as `turn`, then straight."""
    middle = (x0 + turn) / 2
    return f"M{x0:.1f} {y0:.1f}C{middle:.1f} {y0:.1f} {middle:.1f} {y1:.1f} {turn:.1f} {y1:.1f}H{x1:.1f}"


def _plain(name: str) -> str:
    """A class of the page for generators that have a colour of their own."""
    return name if name in ("unblend", "harmonic", "prior", "diffusion") else "other"


def labels(node: Node) -> Mapping[str, str]:
    """Name and count as the drawing has room for them."""
    name = node.name.rpartition("/")[2]
    return {"name": name if len(name) <= LONGEST else name[: LONGEST - 1] + "…", "count": f"{node.count:,}"}
