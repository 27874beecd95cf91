"""Resuming: only what was started the same way."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from cluster.storage import Storage
from pipelines.recipe import load_recipe
from pipelines.resume import check_same_recipe, write_recipe


def _logo(path: Path, level: int) -> None:
    logo = np.zeros((24, 60, 4), np.uint8)
    logo[4:20, 4:56] = (level, level, level, 160)
    cv2.imwrite(str(path), logo)


def test_a_mark_file_that_changed_is_told(tmp_path: Path) -> None:
    """Half a dataset cleaned with one mark and half with another, under the same recipe, would go unnoticed."""
    logo, storage = tmp_path / "logo.png", Storage(str(tmp_path / "out"))
    _logo(logo, 250)
    recipe = load_recipe({"marks": [str(logo)]})
    write_recipe(storage, recipe)
    check_same_recipe(storage, recipe)
    _logo(logo, 200)
    with pytest.raises(ValueError, match=r"started with other marks: .*logo\.png changed since"):
        check_same_recipe(storage, recipe)


def test_a_recipe_without_marks_keeps_no_list(tmp_path: Path) -> None:
    """A file that nobody needs would puzzle whoever lists the output."""
    storage = Storage(str(tmp_path / "out"))
    write_recipe(storage, load_recipe())
    check_same_recipe(storage, load_recipe())
    assert [p.name for p in (tmp_path / "out").glob("*.*")] == ["_recipe.yaml"]
