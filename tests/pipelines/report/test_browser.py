"""The page in a real browser, from a file, with the keyboard and the mouse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cluster.storage import Storage
from pipelines.report import build_report, write_report
from tests.pipelines.browser import NEEDS_BROWSER, find, opened
from tests.pipelines.judged import judged_output
from tests.pipelines.report.made_up import mixed

pytestmark = NEEDS_BROWSER


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    report = write_report(Storage(str(tmp_path_factory.mktemp("job"))), mixed())
    with opened(Path(report), tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture
def judged(page: Any, tmp_path: Path) -> Iterator[Any]:
    """The same browser on the page of a job that has verdicts."""
    out = judged_output(tmp_path, ["good1", "mend1", "halo1", "left1", "plain1", "seam1"])
    home = page.current_url
    page.get(Path(build_report(str(out))).as_uri())
    yield page
    page.get(home)


@pytest.fixture(autouse=True)
def fresh(page: Any) -> None:
    page.refresh()


def listed(page: Any) -> list[str]:
    cards = page.find_elements("css selector", "#strip li[data-case]")
    return [find(card, ".key").text for card in cards if card.is_displayed()]


def choose(page: Any, name: str, value: str) -> None:
    from selenium.webdriver.support.ui import Select

    Select(find(page, f"#f-{name}")).select_by_visible_text(value)


def shown_key(page: Any) -> str:
    return find(page, "#case-key").text


def visible_before(page: Any) -> float:
    """Share of the frame that shows the picture before."""
    return float(find(page, "#split").get_attribute("value"))


def press(page: Any, keys: str) -> None:
    from selenium.webdriver import ActionChains

    ActionChains(page).send_keys(keys).perform()


def test_the_edge_follows_the_mouse_and_the_keyboard(page: Any) -> None:
    """Catches a slider that does not slide, or only for those with a mouse."""
    from selenium.webdriver import ActionChains, Keys

    frame, width = find(page, "#frame"), find(page, "#frame").size["width"]
    assert visible_before(page) == 50
    down = ActionChains(page).move_to_element_with_offset(frame, 0, 120).click_and_hold()
    down.move_by_offset(int(width * 0.3), 0).release().perform()
    assert visible_before(page) == pytest.approx(80, abs=1)
    clip = page.execute_script("return getComputedStyle(document.getElementById('before')).clipPath")
    assert "20%" in clip or "20." in clip or "19." in clip
    find(page, "#split").send_keys(Keys.ARROW_LEFT * 4)
    assert visible_before(page) == pytest.approx(78, abs=1)
    press(page, "a")
    assert visible_before(page) == 0


def test_changed_pixels_and_regions_can_be_toggled(page: Any) -> None:
    """Catches overlays that never show, or never go."""
    hole, quads = find(page, "#hole"), find(page, "#quads")
    assert not hole.is_displayed() and len(find(page, "#quads").find_elements("css selector", "polygon")) == 2
    find(page, "#t-hole").click()
    assert hole.is_displayed()
    loaded = "const hole = document.getElementById('hole'); return hole.decode().then(() => hole.naturalWidth)"
    assert page.execute_script(loaded) == 451
    press(page, "m")
    assert not hole.is_displayed()
    find(page, "#t-regions").click()
    assert not quads.is_displayed() and find(page, "#t-regions").get_attribute("aria-pressed") == "false"


def test_a_region_tells_its_decision(page: Any) -> None:
    """Catches an inspector that shows another region than the one chosen."""
    polygon = page.find_elements("css selector", "#quads polygon")[1]
    page.execute_script("arguments[0].dispatchEvent(new MouseEvent('click', {bubbles: true}))", polygon)
    assert "flat" in find(page, "#inspector .pairs").text
    page.find_elements("css selector", "#inspector .chips button")[0].click()
    inspector = find(page, "#inspector").text
    assert "silhouette" in inspector and "may still be visible" in inspector and "prior" in inspector
    assert len(page.find_elements("css selector", "#inspector .crop img")) == 2


def test_filters_search_and_order(page: Any) -> None:
    """Catches a filter that hides nothing, or hides everything for good."""
    assert listed(page)[0] == "holiday/beach" and len(listed(page)) == 5
    choose(page, "status", "failed")
    assert listed(page) == ["broken"] and shown_key(page) == "broken"
    assert find(page, "#nothing").is_displayed() and not find(page, "#frame").is_displayed()
    choose(page, "status", "all")
    choose(page, "route", "unblend")
    assert listed(page) == ["holiday/cat"] and find(page, "#shown").text == "1 of 5"
    choose(page, "route", "all")
    choose(page, "sort", "slowest first")
    assert listed(page)[0] == "holiday/cat"
    find(page, "#f-check").click()
    assert listed(page) == ["holiday/beach"]
    find(page, "#f-search").send_keys("nothing like it")
    assert listed(page) == []
    find(page, "#reset").click()
    assert len(listed(page)) == 5


def test_verdicts_can_be_filtered_and_read(judged: Any) -> None:
    """Catches a filter that shows others, a badge that is missing, and a region that does not tell risk and way."""
    judged.refresh()
    assert listed(judged)[0] == "halo1.png" and len(listed(judged)) == 6
    choose(judged, "verdict", "review")
    assert listed(judged) == ["left1.png"] and find(judged, "#strip li:not([hidden]) .badge").text == "review"
    choose(judged, "verdict", "pass")
    assert listed(judged) == ["mend1.png", "good1.png", "plain1.png"]
    text = find(judged, "#inspector").text
    assert "0.71 → 0.4" in text and "colour drift" in text
    steps = [step.text for step in judged.find_elements("css selector", "#inspector .path li")]
    assert steps == ["prior", "failed", "diffusion", "no better", "failed", "retoned", "passed"]
    find(judged, "#f-check").click()
    assert listed(judged) == []


def test_the_gate_is_drawn_and_told(judged: Any) -> None:
    """Catches text that is drawn over other text or cut off, in both themes, and a table that cannot be opened."""
    boxes = """return [...document.querySelectorAll('.flow text')].map((t) => {
      const b = t.getBBox(); return [b.x, b.y, b.x + b.width, b.y + b.height]; })"""
    view = "const b = document.querySelector('.flow').viewBox.baseVal; return [b.width, b.height]"
    width, height = judged.execute_script(view)
    found = judged.execute_script(boxes)
    for i, (x0, y0, x1, y1) in enumerate(found):
        assert min(x0, y0) >= 0 and x1 <= width and y1 <= height
        assert not any(x0 < b[2] and b[0] < x1 and y0 < b[3] and b[1] < y1 for b in found[i + 1 :])
    table = find(judged, ".alternative table")
    assert not table.is_displayed()
    find(judged, ".alternative summary").click()
    assert table.is_displayed() and "for review" in table.text
    ink = "return getComputedStyle(document.querySelector('.flow text')).fill"
    before = judged.execute_script(ink)
    find(judged, "#theme").click()
    assert judged.execute_script(ink) != before


def test_moving_through_the_cases_by_key(page: Any) -> None:
    """Catches shortcuts that are dead, run past the end, or fire while somebody types."""
    first = listed(page)
    press(page, "jj")
    assert shown_key(page) == first[2]
    press(page, "k")
    assert shown_key(page) == first[1]
    press(page, "jjjjjjjj")
    assert shown_key(page) == first[4] and not find(page, "#next").is_enabled()
    press(page, "kkkkkkkk")
    find(page, "#f-search").send_keys("j")
    assert shown_key(page) != first[1]


def test_narrow_screens_do_not_scroll_sideways(page: Any) -> None:
    """Catches a page that is wider than a phone."""
    metrics = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        page.refresh()
        assert page.execute_script("return document.documentElement.scrollWidth") == 390
        assert find(page, "#frame").is_displayed()
    finally:
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_no_error_and_no_request_elsewhere(page: Any) -> None:
    """Catches console errors, a policy that stops the page's own script, and any request that leaves the folder."""
    page.get_log("performance")
    page.refresh()
    for card in page.find_elements("css selector", "#strip li[data-case] button"):
        card.click()
    events = [json.loads(entry["message"])["message"] for entry in page.get_log("performance")]
    urls = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
    assert urls and all(url.startswith(("file://", "data:,")) for url in urls), urls
    assert page.get_log("browser") == []
