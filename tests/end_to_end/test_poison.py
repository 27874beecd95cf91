"""A picture that kills whoever touches it costs nobody else anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster.pool import Pool
from operators.stage import Line
from pipelines import clean as driver
from pipelines.layout import Placement
from pipelines.line import build_stages
from pipelines.recipe import Recipe
from tests.cluster.toys import Kill
from tests.end_to_end.jobs import HARMONIC, clean, failures, leftovers, pictures, rows
from tests.end_to_end.pictures import items, write_folder

pytestmark = [pytest.mark.ray, pytest.mark.usefixtures("ray_session")]
POISON = "d001/p0013"


def _deadly(recipe: Recipe, address: str | None = None, cpus: int | None = None) -> Placement:
    """The line as the driver lays it out, with a stage before detect that kills its worker on one picture."""
    ingest, *others = build_stages(recipe).values()
    return Placement("staged", [Pool("ingest_kill", [Line([ingest, Kill(POISON)])], 1, 0.4),
                                Pool("rest", [Line(others)], 1, 0.8)])


def test_poison_is_set_aside_and_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a job that dies, hangs or loses neighbours with a crashing picture, and one that does not name it."""
    samples = items(24)
    write_folder(tmp_path / "in", samples)
    monkeypatch.setattr(driver, "place", _deadly)
    summary = clean(tmp_path / "in", tmp_path / "out", report=True, chunk__images=8, faults__quarantine_after=1,
                    **HARMONIC)
    found = rows(tmp_path / "out")
    (bad,) = [row for row in found if row["key"].startswith(POISON)]
    assert bad["status"] == "failed" and bad["error_class"] == "PoisonImage" and "set aside" in bad["error_message"]
    assert set(failures(tmp_path / "out")) == {bad["key"]} and summary["errors"] == {"PoisonImage": 1}
    wanted = {i.name: "cleaned" if i.mask else "untouched" for i in samples} | {Path(bad["key"]).name: "failed"}
    assert {Path(row["key"]).name: row["status"] for row in found} == wanted
    assert len(pictures(tmp_path / "out")) == 23 and not leftovers(tmp_path / "out")
    assert Path(bad["key"]).name in (tmp_path / "out" / "report" / "index.html").read_text()
