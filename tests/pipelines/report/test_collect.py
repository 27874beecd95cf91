"""What the page shows is what the job wrote: an output committed without Ray, read back."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from cluster.datasource import read_chunk
from cluster.lease import Lease
from cluster.plan import Plan, make_plan
from cluster.sidecars import finalise
from cluster.sinks import open_shard
from cluster.sinks.commit import Committer
from cluster.storage import Storage
from operators.options import VerifyOptions
from operators.picture import UnreadableImage
from operators.record import ImageRecord, Region, Status, from_table
from operators.stage import Stage
from pipelines.recipe import load_recipe
from pipelines.report import build_report
from pipelines.report.collect import collect
from pipelines.resume import write_recipe
from pipelines.review import write_worklist
from tests.pipelines.judged import judged_output
from tests.pipelines.report.made_up import encoded, photo
from tests.pipelines.report.reading import Page

QUAD = np.array([[10, 10], [60, 10], [60, 30], [10, 30]], np.float32)


@dataclass
class Pretend(Stage):
    """Cleans what is readable by painting one box; `plain` is left, `bad` is unreadable."""

    name = "fill"

    def process(self, record: ImageRecord) -> None:
        if "bad" in record.key:
            raise UnreadableImage("truncated", "the PNG ends early")
        rgb = record.picture().rgb.copy()
        record.format, record.height, record.width = "PNG", *rgb.shape[:2]
        if "plain" in record.key:
            record.leave_untouched("no overlay found")
            return
        rgb[10:30, 10:60] = 90
        scores = {"silhouette": 0.5 if "ghost" in record.key else 0.01, "colour_drift": float("nan")}
        record.regions = [Region(QUAD, 0.8, route="flat", reason="quiet ring", generator="harmonic", scores=scores)]
        record.result, record.status = encoded(rgb), Status.CLEANED


@pytest.fixture(params=["folder", "webdataset", "parquet"])
def output(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """OUT of a job over tmp_path/in, written as each kind."""
    source = tmp_path / "in"
    source.mkdir()
    for name in ("a", "ghost", "plain"):
        (source / f"{name}.png").write_bytes(encoded(photo()))
    (source / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    plan, out = make_plan([str(source)], images=3), tmp_path / "out"
    _commit(plan, str(out), request.param)
    return out


def _commit(plan: Plan, out: str, kind: str) -> None:
    with Lease.acquire(out) as lease:
        plan.save(out)
        write_recipe(Storage(out), load_recipe())
        for chunk in range(plan.chunk_count):
            records = Pretend()(from_table(read_chunk(plan.chunk(chunk), plan.kind, None)))
            Committer(out, lease.claim, open_shard(kind, plan.kind)).commit(
                chunk, plan.name(chunk), plan.chunk(chunk).to_pylist(), records)
        finalise(out, plan, {"recipe": "default", "wall_seconds": 3.0, "images_per_second": 1.0})


def test_everything_committed_is_on_the_page(output: Path) -> None:
    """Catches rows, regions, pictures or failures lost between the output and the page, for each kind of output."""
    page = Page(build_report(str(output)))
    by_key = {case["key"]: case for case in page.cases}
    assert {key: case["status"] for key, case in by_key.items()} == {
        "a.png": "cleaned", "ghost.png": "cleaned", "plain.png": "untouched", "bad.png": "failed"}
    ghost = by_key["ghost.png"]
    assert page.cases[0] is not None and page.cases[0]["key"] == "ghost.png"  # the worst score first
    assert ghost["regions"][0]["route"] == "flat" and ghost["regions"][0]["scores"]["colour_drift"] == "nan"
    assert ghost["checks"] == 1 and ghost["pictures"]["before"] and ghost["pictures"]["after"]
    assert ghost["pictures"]["changed"] == pytest.approx(1000 / (451 * 300), rel=0.02)
    assert by_key["plain.png"]["pictures"]["changed"] == 0
    assert "the PNG ends early" in page.text and "unblend_max_alpha" in page.text


def test_an_input_that_moved_away(output: Path) -> None:
    """Catches a report that cannot be made once the input is gone."""
    shutil.rmtree(output.parent / "in")
    data = collect(str(output), samples=48)
    assert len(data.cases) == 4 and all(case.before is None for case in data.cases)
    assert all(case.missing for case in data.cases if case.status == "cleaned")
    assert [case.after is None for case in data.cases] == [case.status == "failed" for case in data.cases]


def test_samples_bound_the_page(output: Path) -> None:
    """Catches a page that ignores its bound; the totals still count everything."""
    data = collect(str(output), samples=2)
    assert len(data.cases) == 2 and data.checked == 1 and data.failure_count == 1
    assert data.policy.startswith("2 of 4 images")


def test_no_job_there(tmp_path: Path) -> None:
    """Catches an empty page for a folder that is no output."""
    with pytest.raises(FileNotFoundError):
        build_report(str(tmp_path))


def test_verdicts_reach_the_page(tmp_path: Path) -> None:
    """Catches a gallery that sorts, marks or explains by anything else than what the verifier said."""
    out = judged_output(tmp_path, ["good1", "mend1", "halo1", "left1", "scene1", "seam1", "bad1"])
    write_worklist(str(out))
    page = Page(build_report(str(out)))
    assert [case["key"].removesuffix(".png") for case in page.cases][:4] == ["halo1", "left1", "seam1", "mend1"]
    by_key = {case["key"].removesuffix(".png"): case for case in page.cases}
    assert {key: case["verdict"] for key, case in by_key.items()} == {
        "good1": "pass", "mend1": "pass", "halo1": "fail", "left1": "review", "scene1": "pass", "seam1": "fail",
        "bad1": ""}
    assert {key for key, case in by_key.items() if case["checks"]} == {"halo1", "left1", "seam1"}
    mended = by_key["mend1"]["regions"][0]
    assert mended["verdict"]["first"] == 0.71 and mended["verdict"]["risk"] == 0.4 and mended["verdict"]["passed"]
    assert mended["path"] == ["prior", "failed", "diffusion", "no better", "failed", "retoned", "passed"]
    assert max(mended["verdict"]["failures"], key=mended["verdict"]["failures"].get) == "colour_drift"
    assert mended["scores"] == {"silhouette": 0.4} and not mended["over"]
    assert by_key["halo1"]["regions"][0]["checks"] == [
        "The filling would be noticed: a rim of the overlay is left (risk 0.82, limit 0.5)."]
    assert "may be overlay (confidence 0.66, limit 0.5)" in by_key["left1"]["regions"][0]["checks"][0]
    assert "For review: in 2 a filling would be noticed, in 1 something" in page.text
    assert "4 fillings judged, 3 rejected at first" in page.text


def test_the_worklist_is_linked_where_there_is_one(tmp_path: Path) -> None:
    """Catches a link to nowhere, and a list that nobody finds."""
    out = judged_output(tmp_path, ["halo1"])
    assert "worklist.csv" not in Path(build_report(str(out))).read_text()
    write_worklist(str(out))
    page = Path(build_report(str(out)))
    (link,) = [a["href"] for a in Page(page).named("a") if "worklist" in str(a.get("href"))]
    assert (page.parent / str(link)).is_file()


def test_the_limits_are_those_of_the_recipe(tmp_path: Path) -> None:
    """Catches a page that marks by the defaults although the job ran with other limits, and recipes without any."""
    out = judged_output(tmp_path, ["good1", "halo1", "left1"])
    recipe = (out / "_recipe.yaml").read_text()
    (out / "_recipe.yaml").write_text(recipe.replace("max_risk: 0.5", "max_risk: 0.04").replace(
        "max_doubt: 0.5", "max_doubt: 0.9"))
    data = collect(str(out), samples=8)
    assert (data.limits.max_risk, data.limits.max_doubt) == (0.04, 0.9)
    severities = {case.key.removesuffix(".png"): case.severity for case in data.cases}
    assert severities["good1"] == pytest.approx(2) and severities["left1"] == pytest.approx(0.66 / 0.9)
    assert {spread.name: spread.over for spread in data.spreads} == {"risk": 2, "silhouette": 0}
    (out / "_recipe.yaml").write_text("name: default\n")
    assert collect(str(out), samples=8).limits.max_risk == VerifyOptions().max_risk
