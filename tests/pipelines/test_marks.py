"""`cleanplate marks` on a real Ray, and marks in a recipe."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from operators.marks.files import marks_in
from operators.marks.mark import pack_marks
from pipelines.cli import app
from pipelines.exit_codes import ExitCode
from pipelines.line import build_stages
from pipelines.recipe import RecipeError, load_recipe
from tests.operators.marks.marked import jpeg, known, mark, photos


def _write(folder: Path, pictures: list[np.ndarray]) -> Path:
    folder.mkdir()
    for i, rgb in enumerate(pictures):
        cv2.imwrite(str(folder / f"{i:02d}.png"), rgb[:, :, ::-1])
    return folder


@pytest.mark.ray
@pytest.mark.usefixtures("ray_session")
def test_the_command_writes_marks_and_a_preview(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that lose pictures, a broken file that ends the job, or a mark file without what it shows."""
    folder = _write(tmp_path / "in", [mark(photo).rgb if i % 4 else jpeg(photo) for i, photo in enumerate(photos())])
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xffno")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["marks", "in", "-o", "own.safetensors"])
    assert result.exit_code == ExitCode.SUCCESS, result.output
    assert "18 of 24" in result.output and "bottom right" in result.output
    (own,) = marks_in("own.safetensors", (tmp_path / "own.safetensors").read_bytes())
    (here,) = [m for m in known() if m.anchor == own.anchor]
    assert own.offset[0] == pytest.approx(here.offset[0], abs=3)
    assert cv2.imread(str(tmp_path / "own.png")) is not None


@pytest.mark.ray
@pytest.mark.usefixtures("ray_session")
def test_pictures_without_a_mark_end_with_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty mark file that looks like success."""
    _write(tmp_path / "in", [jpeg(photo) for photo in photos()[:12]])
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["marks", "in"])
    assert result.exit_code == ExitCode.USAGE and "no mark recurs over these 12 pictures" in result.output
    assert not (tmp_path / "marks.safetensors").exists()


def test_a_recipe_carries_its_marks_to_the_line(tmp_path: Path) -> None:
    """Files read on workers that do not have them, or a spelling error that cleans nothing."""
    path = tmp_path / "own.safetensors"
    path.write_bytes(pack_marks(list(known())))
    stage = build_stages(load_recipe({"marks": [str(path)]}))["marks"]
    assert stage.files == ((str(path), path.read_bytes()),)  # type: ignore[attr-defined]
    with pytest.raises(RecipeError, match="cleanplate marks INPUT"):
        build_stages(load_recipe({"marks": [str(tmp_path / "other.safetensors")]}))
    path.write_bytes(b"no")
    with pytest.raises(RecipeError, match="not a mark file"):
        build_stages(load_recipe({"marks": [str(path)]}))


def test_the_output_must_be_a_mark_file(tmp_path: Path) -> None:
    """Marks written over the pictures' own folder or under a name that no recipe accepts."""
    result = CliRunner().invoke(app, ["marks", str(tmp_path), "-o", "marks.png"])
    assert result.exit_code == ExitCode.USAGE and "Name it marks.safetensors" in result.output
