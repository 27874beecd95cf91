"""The page from made-up evaluations, read by a parser."""

from __future__ import annotations

import re
from pathlib import Path

from pipelines.evaluation.job import Evaluation
from pipelines.evaluation.page import render
from pipelines.evaluation.row import Row
from tests.pipelines.evaluation.made_up import evaluation, mixed, row
from tests.pipelines.report.reading import Page

HOSTILE = '"></li><script>alert(1)</script><img src=x onerror=alert(1)>\'&lt;{{ 7*7 }}'


def written(folder: Path, one: Evaluation) -> Page:
    (folder / "index.html").write_text(render(one))
    return Page(folder / "index.html")


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    """Catches injection: keys, kinds and reasons come from strangers' files."""
    page = written(tmp_path, evaluation(row(HOSTILE, 12, HOSTILE, reason=HOSTILE), Row(HOSTILE, problem=HOSTILE)))
    assert len(page.scripts) == 1 and all("onerror" not in attributes for _, attributes in page.elements)
    assert page.text.count(HOSTILE) >= 4


def test_nothing_comes_from_elsewhere(tmp_path: Path) -> None:
    """Catches a page that needs a network or its folder, or a script that its own policy would stop."""
    page = written(tmp_path, mixed())
    text = (tmp_path / "index.html").read_text()
    assert not re.search(r"""(src|href)=["']?(https?:)?//|url\(|@import""", text)
    assert "script-src 'sha256-" in text and "'unsafe-eval'" not in text
    assert all(str(image.get("src", "data:")).startswith("data:") for image in page.named("img"))


def test_the_worst_case_comes_first_with_its_reasons(tmp_path: Path) -> None:
    """Catches a page that begins with what went well, or that does not say why a region went the way it did."""
    page = written(tmp_path, mixed())
    cases = [item for item in page.named("li") if item.get("class") == "case"]
    assert [item["data-psnr-mask"] for item in cases] == ["-12", "-22", "-31"]
    assert [item["data-lead"] for item in cases] == ["8", "-2", "-11"]
    for words in ("flat, harmonic: quiet ring", "missed", "21.7 dB where the overlay was, over 3 pairs", "broken",
                  "the input is no picture", "67% of the overlays were found", "caption", "stamp"):
        assert words in page.text, words


def test_an_evaluation_without_one_good_pair_is_a_page(tmp_path: Path) -> None:
    """Catches means of nothing."""
    page = written(tmp_path, evaluation(Row("broken", problem="no target")))
    assert "No pair could be measured" in page.text and "no target" in page.text
