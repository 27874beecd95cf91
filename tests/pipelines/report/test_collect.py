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
from operators.picture import UnreadableImage
from operators.record import ImageRecord, Region, Status, from_table
from operators.stage import Stage
from pipelines.recipe import load_recipe
from pipelines.report import build_report
from pipelines.report.collect import collect
from pipelines.resume import write_recipe
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
