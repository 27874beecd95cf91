"""Holes by class, cut into photographs that ship with scikit-image."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from skimage import data

from experiments.evaluations import holes_by_class as module
from experiments.evaluations.holes_by_class import CLASSES, MIDDLE, SIZE, holes_of
from operators.matting.stroke import stroke_width
from operators.render import FontBook


@pytest.fixture(autouse=True)
def photographs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = []
    for name in ("astronaut", "coffee"):
        paths.append(tmp_path / f"{name}.jpg")
        cv2.imwrite(str(paths[-1]), getattr(data, name)()[..., ::-1])
    fonts = FontBook.bundled()
    monkeypatch.setattr(module, "photo_paths", lambda split: paths)
    monkeypatch.setattr(module, "data_folder", lambda: tmp_path)
    monkeypatch.setattr(module, "held_out_fonts", lambda folder: fonts)


def test_every_class_has_its_widths() -> None:
    """Thick strokes measured as thin ones, or boxes that are none."""
    widths = {kind: [stroke_width(hole) for hole in holes_of(kind, 3).hole] for kind in CLASSES}
    assert max(widths["thin strokes"]) < 6 + 2 * 4 + 2  # growth on both sides, and where letters meet
    assert min(widths["thick strokes"]) > 7
    assert min(widths["boxes"]) > max(widths["thin strokes"])


def test_holes_lie_in_the_middle_and_the_truth_is_clean() -> None:
    """A hole that no view sees whole, or a crop with the overlay still on it."""
    for kind in CLASSES:
        holes = holes_of(kind, 2)
        assert holes.truth.shape == (2, SIZE, SIZE, 3) and holes.truth.dtype == np.uint8
        rim = (SIZE - MIDDLE[kind]) // 2 - 5
        assert not holes.hole[:, :rim].any() and not holes.hole[:, :, -rim:].any()
        assert holes.hole.any((1, 2)).all() and (holes.known[~holes.hole] == 1).all()


def test_the_first_holes_do_not_depend_on_the_count() -> None:
    """Figures of a quick run on other holes than those of a long one."""
    few, more = holes_of("thin strokes", 1), holes_of("thin strokes", 2)
    assert all(np.array_equal(a, b[:1]) for a, b in zip(vars(few).values(), vars(more).values(), strict=True))
