"""Charts, checks and totals."""

from __future__ import annotations

import math
from xml.etree import ElementTree

import pytest

from pipelines.report.charts import histogram
from pipelines.report.checks import CHECKS, failed_checks, rules, severity
from pipelines.report.figures import headline, part_rows, stage_rows
from pipelines.report.spreads import KEPT, SpreadCollector


def test_histogram_marks_what_is_past_the_threshold() -> None:
    """Catches bars of the wrong side marked, for one limit and for two."""
    drawn = ElementTree.fromstring(histogram([0.1] * 5 + [0.9] * 3, [0.5]).svg)
    bars = [(float(e.get("x", 0)), e.get("class")) for e in drawn if e.tag == "rect"]
    assert [kind for _, kind in sorted(bars)] == [None, "over"]
    two = ElementTree.fromstring(histogram([-2.0, 0.0, 2.0], [-1.0, 1.0]).svg)
    assert [e.get("class") for e in two if e.tag == "rect"] == ["over", None, "over"]


@pytest.mark.parametrize("values", [[], [math.nan], [0.0], [1.0, 1.0], [math.inf, 1.0], [-3.0]])
def test_histogram_of_odd_values(values: list[float]) -> None:
    """Catches a division by zero on values that are all equal, absent or not finite."""
    ElementTree.fromstring(histogram(values, [0.5]).svg)


def test_checks_are_two_sided_where_they_say_so() -> None:
    """Catches a smear, a negative log ratio, that passes; and a missing score that is flagged."""
    for check in CHECKS:
        past = 1.5 * check.threshold
        assert failed_checks("prior", 0.9, "", {check.score: past}), check
        assert bool(failed_checks("prior", 0.9, "", {check.score: -past})) == check.two_sided, check
        assert not failed_checks("prior", 0.9, "", {check.score: math.nan}), check
        assert severity("prior", 0.9, {check.score: check.threshold}) == pytest.approx(1.0)


def test_regions_left_in_place_are_checked_by_confidence() -> None:
    """Catches a confident region that was left in place and goes unmentioned."""
    assert failed_checks("keep", 0.75, "scene text", {}) == ("Left in place: scene text.",)
    assert failed_checks("keep", 0.1, "scene text", {}) == ()
    assert failed_checks("", 0.68, "", {}) == ("Left in place: nothing was removed, confidence 0.68.",)
    assert "left in place" in rules()[0][0] and len(rules()) == len(CHECKS) + 1


def test_spreads_stay_small_and_count_everything() -> None:
    """Catches a collector that grows with the job, or loses count when it thins out."""
    collector = SpreadCollector()
    for i in range(3 * KEPT):
        collector.add("silhouette", i / (3 * KEPT))
    collector.add("silhouette", math.nan)
    (spread,) = collector.spreads()
    assert spread.count == 3 * KEPT and len(spread.values) <= KEPT
    assert spread.over == pytest.approx(0.85 * 3 * KEPT, abs=2)
    assert sum(spread.values) / len(spread.values) == pytest.approx(0.5, abs=0.01)


def test_totals() -> None:
    """Catches shares of nothing and headlines that claim too much."""
    assert headline({"images": 0}) == "No images"
    assert headline({"images": 2, "status": {"cleaned": 2}}) == "All 2 pictures cleaned"
    assert headline({"images": 1200, "status": {"cleaned": 1000}}) == "1,000 of 1,200 pictures cleaned"
    assert stage_rows({"detect": 0.0}, 0)[0]["width"] == 0.0
    assert [row["name"] for row in part_rows({"a": 1, "b": 5, "": 1})] == ["b", "none", "a"]
