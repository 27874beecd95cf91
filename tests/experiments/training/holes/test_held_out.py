"""The fixed crops for curves."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from skimage import data

from experiments.training.holes import held_out as module
from experiments.training.holes.held_out import EVERY_BOX, held_out
from operators.render import system_fonts


def test_the_first_crops_do_not_depend_on_the_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Curves of two runs that were measured on different crops."""
    paths = []
    for name in ("astronaut", "coffee", "chelsea"):
        paths.append(tmp_path / f"{name}.jpg")
        cv2.imwrite(str(paths[-1]), getattr(data, name)()[..., ::-1])
    fonts = system_fonts()
    monkeypatch.setattr(module, "photo_paths", lambda split: paths)
    monkeypatch.setattr(module, "data_folder", lambda: tmp_path)
    monkeypatch.setattr(module, "held_out_fonts", lambda folder: fonts)
    few, more = held_out(4), held_out(6)
    assert all(np.array_equal(a, b[:4]) for a, b in zip(vars(few).values(), vars(more).values(), strict=True))
    rows, columns = (few.hole[EVERY_BOX - 1].any(axis).sum() for axis in (1, 0))
    assert few.hole[EVERY_BOX - 1].mean() > 0.9 * rows * columns / 128**2
    assert not (few.hole[0] & few.hole[EVERY_BOX - 1]).all()
