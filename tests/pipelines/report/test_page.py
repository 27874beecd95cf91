"""The page from made-up jobs, read by a parser."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from cluster.storage import Storage
from pipelines.report import ReportData, write_report
from pipelines.report.data import Case, Failure
from tests.pipelines.report.made_up import cleaned, job, mixed, region
from tests.pipelines.report.reading import Page

HOSTILE = '"></button><script>alert(1)</script><img src=x onerror=alert(1)>\'&lt;{{ 7*7 }}</script><!--\u2028'


def written(folder: Path, data: ReportData) -> Page:
    return Page(write_report(Storage(str(folder)), data))


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    """Catches injection: keys, reasons and messages come from strangers' file names."""
    nasty = replace(cleaned(HOSTILE, region(route=HOSTILE, reason=HOSTILE)), reason=HOSTILE, error_message=HOSTILE,
                    name=HOSTILE)
    failure = Failure(HOSTILE, "failed", HOSTILE, HOSTILE, HOSTILE, "advice")
    page = written(tmp_path, replace(job(nasty, failures=(failure,)), title=HOSTILE, recipe=HOSTILE))
    assert len(page.scripts) == 2
    assert all("onerror" not in attributes for _, attributes in page.elements)
    assert page.cases[0]["key"] == HOSTILE and page.cases[0]["regions"][0]["reason"] == HOSTILE
    assert HOSTILE in page.text  # the failures table shows it as it is
    assert "49" not in page.text.split("Failures")[-1]


def test_nothing_comes_from_elsewhere(tmp_path: Path) -> None:
    """Catches a page that needs a network, or a script that its own policy would stop."""
    path = Path(write_report(Storage(str(tmp_path)), mixed()))
    text = path.read_text()
    assert not re.search(r"""(src|href)=["']?(https?:)?//|url\(|@import""", text)
    for attributes in Page(path).named("img"):
        assert not attributes.get("src") or (path.parent / str(attributes["src"])).is_file()
    assert "script-src 'sha256-" in text and "'unsafe-eval'" not in text


def test_every_status_is_shown(tmp_path: Path) -> None:
    """Catches images that fall out of the page: the count of each status and each failure is on it."""
    page = written(tmp_path, mixed())
    assert [case["key"] for case in page.cases] == ["holiday/beach", "holiday/cat", "plain", "stuck", "broken"]
    for words in ("2 of 5 pictures cleaned", "1 could not be cleaned", "1 could not be read", "1 has a region to check",
                  "the JPEG ends early", "fetch it again", "name: default"):
        assert words in page.text, words


def test_a_check_is_visible(tmp_path: Path) -> None:
    """Catches text that stays legible and is not pointed out: a silhouette past its threshold, a region left alone."""
    left = cleaned("left", region("keep", {}, confidence=0.75, reason="confidence 0.75 below 0.852"))
    page = written(tmp_path, job(*mixed().cases[:2], left))
    assert [case["checks"] for case in page.cases] == [1, 0, 1]
    assert page.cases[0]["regions"][0]["over"] == {"silhouette": True}
    assert "Left in place: confidence 0.75 below 0.852." in page.cases[2]["regions"][0]["checks"]
    assert page.text.count("check") > 3


def test_no_images_at_all(tmp_path: Path) -> None:
    """Catches a report that needs at least one picture."""
    page = written(tmp_path, job())
    assert "No images" in page.text and "There is no picture to show" in page.text
    assert (tmp_path / "report" / "grid.png").is_file()


def test_pictures_that_are_gone(tmp_path: Path) -> None:
    """Catches a report that breaks when the input moved away, or a result cannot be decoded."""
    gone = Case("gone", "cleaned", missing="The original could not be read again: moved.")
    half = replace(cleaned("half"), before=b"no picture")
    page = written(tmp_path, job(gone, half))
    assert page.cases[0]["pictures"]["missing"] == "The original could not be read again: moved."
    assert page.cases[1]["pictures"]["before"] == "" and "begins with" in page.cases[1]["pictures"]["missing"]
    assert page.cases[1]["pictures"]["after"]


def test_numbers_that_are_none(tmp_path: Path) -> None:
    """Catches NaN and infinity in the page's JSON, which no browser reads."""
    page = written(tmp_path, job(cleaned("odd", region(scores={"silhouette": float("nan"), "x": float("inf")}))))
    assert page.cases[0]["regions"][0]["scores"] == {"silhouette": "nan", "x": "inf"}


def test_many_regions_are_bounded(tmp_path: Path) -> None:
    """Catches a tiled mark that makes the page heavy: the worst are shown and the true number is said."""
    case = cleaned("tiled", *(region(scores={"silhouette": i / 1000}) for i in range(300)))
    page = written(tmp_path, job(case))
    assert page.cases[0]["region_count"] == 300 and len(page.cases[0]["regions"]) == 60
    assert max(r["scores"]["silhouette"] for r in page.cases[0]["regions"]) == pytest.approx(0.299)


def test_a_second_report_replaces_the_first(tmp_path: Path) -> None:
    """Catches a report that cannot be built again, and temporary folders left behind."""
    first = written(tmp_path, mixed())
    second = written(tmp_path, mixed())
    assert first.text == second.text
    assert not (tmp_path / "_tmp").exists()
