"""The page in a real browser, from a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pipelines.evaluation.page import render
from tests.pipelines.browser import NEEDS_BROWSER, find, opened
from tests.pipelines.evaluation.made_up import mixed

pytestmark = NEEDS_BROWSER


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    file = tmp_path_factory.mktemp("evaluation") / "index.html"
    file.write_text(render(mixed()))
    with opened(file, tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture(autouse=True)
def fresh(page: Any) -> None:
    page.refresh()


def listed(page: Any) -> list[str]:
    cases = page.find_elements("css selector", "#list > li")
    return [find(case, "h3").text for case in cases if case.is_displayed()]


def choose(page: Any, name: str, text: str) -> None:
    from selenium.webdriver.support.ui import Select

    Select(find(page, f"#f-{name}")).select_by_visible_text(text)


def test_sorting_filtering_and_searching(page: Any) -> None:
    """Catches a select that sorts nothing, or a filter that hides everything for good."""
    assert listed(page) == ["bad", "fair", "good"]
    choose(page, "kind", "caption")
    assert listed(page) == ["fair", "good"] and find(page, "#shown").text == "2 of 3"
    choose(page, "found", "missed")
    assert listed(page) == [] and find(page, "#empty").is_displayed()
    choose(page, "kind", "all")
    assert listed(page) == ["bad"]
    choose(page, "found", "all")
    find(page, "#f-search").send_keys("goo")
    assert listed(page) == ["good"]


def test_a_picture_enlarges_and_flips_to_the_others(page: Any) -> None:
    """Catches a closer look that stays on one picture, or cannot be closed by keyboard."""
    from selenium.webdriver import ActionChains, Keys

    find(page, "#list .view-ours button").click()
    assert find(page, "#closer-caption").text == "cleanplate" and find(page, "#closer-key").text == "bad"
    ActionChains(page).send_keys(Keys.ARROW_RIGHT).perform()
    assert find(page, "#closer-caption").text == "target"
    ActionChains(page).send_keys(Keys.ARROW_LEFT, Keys.ARROW_LEFT, Keys.ARROW_LEFT).perform()
    assert find(page, "#closer-caption").text == "Telea, our hole"
    loaded = "const it = document.getElementById('closer-picture'); return it.decode().then(() => it.naturalWidth)"
    assert page.execute_script(loaded) == 300
    ActionChains(page).send_keys(Keys.ESCAPE).perform()
    assert not find(page, "#closer").is_displayed()


def test_narrow_screens_do_not_scroll_sideways(page: Any) -> None:
    """Catches a table of fourteen measures that makes the page wider than a phone."""
    metrics = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        page.refresh()
        assert page.execute_script("return document.documentElement.scrollWidth") == 390
    finally:
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_no_error_and_no_request_elsewhere(page: Any) -> None:
    """Catches console errors, a policy that stops the page's own script, and any request that leaves the file."""
    page.get_log("performance")
    page.refresh()
    events = [json.loads(entry["message"])["message"] for entry in page.get_log("performance")]
    urls = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
    assert urls and all(url.startswith(("file://", "data:")) for url in urls), urls
    assert page.get_log("browser") == []
