"""The picture of the gate."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cluster.storage import Storage
from pipelines.gate import Gate
from pipelines.report import write_report
from pipelines.report.flow import TALL, Flow, flow
from tests.pipelines.report.made_up import mixed

WAYS = {"prior → passed": 22, "unblend → passed": 6, "prior → diffusion → passed": 4,
        "prior → diffusion → mend → passed": 2, "unblend → mend → left": 1, "prior → diffusion → left": 2,
        "diffusion → left": 1}
SHAPES = pytest.mark.parametrize("ways", [
    WAYS, {"prior → passed": 1}, {"unblend → left": 3}, {"prior → mend → passed": 2}, {"prior → diffusion → left": 1},
    {f"<b>&/{i} → passed": 10**i for i in range(7)} | {"prior → x/y → mend → left": 1}])


def drawn(ways: dict[str, int]) -> Flow:
    made = flow(Gate.of(ways))
    assert made is not None
    return made


def points(path: str) -> list[float]:
    return [float(n) for n in re.findall(r"-?[\d.]+", path)]


@SHAPES
def test_what_goes_in_comes_out(ways: dict[str, int]) -> None:
    """Catches regions that vanish on the way: every station passes on what it was given, and the ends hold them all."""
    made = drawn(ways)
    total = sum(ways.values())
    nodes = {node.kind: node.count for node in made.nodes if node.kind != "generator"}
    assert sum(node.count for node in made.nodes if node.kind == "generator") == total
    assert nodes["look"] == total == nodes.get("passed", 0) + nodes.get("left", 0)
    assert nodes.get("passed", 0) == sum(n for way, n in ways.items() if way.endswith("passed"))
    ins = {end: sum(n for _, e, n in made.rows if e == end) for _, end, _ in made.rows}
    for name in {start for start, _, _ in made.rows} & ins.keys() - {"diffusion"}:  # also a first generator's name
        assert ins[name] == sum(n for s, _, n in made.rows if s == name), name


@SHAPES
def test_everything_lies_inside_the_drawing(ways: dict[str, int]) -> None:
    """Catches ribbons and nodes that are cut off, and columns that run backwards."""
    made = drawn(ways)
    for node in made.nodes:
        assert 0 < node.x < made.width and node.y > 0 and node.y + node.height <= made.height, node
        assert node.height >= 2
    for ribbon in made.ribbons:
        numbers = points(ribbon.path)
        xs, ys = numbers[0:8:2] + numbers[8:], numbers[1:8:2]
        assert xs == sorted(xs), ribbon
        assert all(0 < y < made.height for y in ys)


def test_widths_follow_the_counts() -> None:
    """Catches ribbons of one width whatever they carry, and rare ones too thin to be seen."""
    made = drawn({"prior → passed": 9000, "prior → left": 900, "x → left": 1})
    widths = {(r.start, r.end): r.thick for r in made.ribbons}
    assert widths["verifier", "passed"] == pytest.approx(TALL * 9000 / 9901)
    assert widths["verifier", "passed"] / widths["verifier", "for review"] == pytest.approx(9000 / 901, rel=0.01)
    assert widths["x", "verifier"] >= 2


def test_ribbons_of_one_station_do_not_overlap() -> None:
    """Catches two ribbons drawn over each other, so that one of them cannot be seen."""
    made = drawn(WAYS)
    for at in (0, -1):
        edges: dict[tuple[str, bool], list[tuple[float, float]]] = {}
        for r in made.ribbons:
            y = points(r.path)[1 if at == 0 else 7]
            own = (r.start, r.kind.partition(" ")[0] == "first") if at == 0 else (r.end, False)
            edges.setdefault(own, []).append((y - r.thick / 2, y + r.thick / 2))
        for spans in edges.values():
            for (_, below), (above, _) in zip(sorted(spans), sorted(spans)[1:], strict=False):
                assert below <= above + 0.11


def test_nobody_judged_and_nothing_is_drawn() -> None:
    """Catches an empty drawing, or a division by no regions, in jobs without the verifier."""
    assert flow(Gate.of({})) is None


@SHAPES
def test_the_page_holds_the_drawing_and_its_table(tmp_path: Path, ways: dict[str, int]) -> None:
    """Catches markup that no parser reads, names that become markup, and people without the picture left without it."""
    data = mixed()
    data = replace(data, summary={**data.summary, "trips": ways, "verdicts": {"pass": 1}})
    text = Path(write_report(Storage(str(tmp_path)), data)).read_text()
    svg = ElementTree.fromstring(text[text.index('<svg class="flow"') : text.index("</svg>", text.index("flow\"")) + 6])
    assert svg.get("role") == "img" and "judged" in str(svg.get("aria-label"))
    assert len(svg.findall("path")) == len(drawn(ways).ribbons)
    table = text[text.index("The same as a table") :]
    assert table[: table.index("</table>")].count("<tr>") == len(drawn(ways).rows) + 1
    assert "<b>&/" not in text
