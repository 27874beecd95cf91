"""`cleanplate plan`, on a real folder."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from pipelines.clean import CleanJob, plan
from pipelines.cli import app
from pipelines.exit_codes import ExitCode
from pipelines.recipe import load_recipe
from pipelines.resume import write_recipe


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photos").mkdir()
    for number in range(20):
        cv2.imwrite(str(tmp_path / "photos" / f"{number}.png"), np.full((4, 4, 3), number, np.uint8))
    return tmp_path / "photos"


def _plan(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["plan", "photos", "out", *arguments])
    return result.exit_code, result.output


def test_a_plan_counts_and_writes_nothing(photos: Path) -> None:
    """A look ahead that begins the job."""
    status, text = _plan("--set", "chunk.images=8")
    size = sum(file.stat().st_size for file in photos.iterdir())
    assert status == ExitCode.SUCCESS, text
    assert "images   20\n" in text
    assert "chunks   3 of at most 8 images" in text
    assert f"{size / 1000:.1f} kB" in text
    assert "out (folder)" in text
    assert not (photos.parent / "out").exists()


def test_a_plan_refuses_what_the_job_would_refuse(photos: Path) -> None:
    """`plan` says all is well, and `clean` an hour later that the recipe changed."""
    from cluster.storage import Storage

    job = CleanJob(inputs=["photos"], out="out", recipe=load_recipe())
    plan(job).save("out")
    write_recipe(Storage("out"), job.recipe)
    assert _plan()[0] == ExitCode.SUCCESS
    status, text = _plan("--set", "refine.alpha=hard")
    assert status == ExitCode.USAGE
    assert "refine.alpha" in text
    (photos / "3.png").unlink()
    assert _plan()[0] == ExitCode.USAGE


def test_an_input_that_is_not_there_says_so(photos: Path) -> None:
    """An empty job that succeeds, because the path was misspelt."""
    result = CliRunner().invoke(app, ["plan", "phtos", "out"])
    assert result.exit_code == ExitCode.USAGE
    assert "phtos" in result.output
