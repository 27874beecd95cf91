"""The driver leaves the worklist: here over chunks that are all done, so that it starts no Ray."""

from __future__ import annotations

from pathlib import Path

from pipelines.clean import CleanJob, run
from pipelines.observer import Observers
from pipelines.recipe import load_recipe
from tests.pipelines.judged import judged_output


def test_a_job_ends_with_its_worklist_and_the_page_links_it(tmp_path: Path) -> None:
    """Catches a list that is never written, or only after the page that should link it."""
    out = judged_output(tmp_path, ["good1", "halo1"])
    for report in (True, False):
        job = CleanJob([str(tmp_path / "in")], str(out), load_recipe(out / "_recipe.yaml"), report=report)
        summary = run(job, Observers([]))
        assert summary["verdicts"] == {"pass": 1, "fail": 1}
        assert len((out / "review" / "worklist.csv").read_text().splitlines()) == 2
        (out / "review" / "worklist.csv").unlink()
    assert "../review/worklist.csv" in (out / "report" / "index.html").read_text()
