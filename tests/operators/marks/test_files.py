"""Mark files and logos as a recipe names them, and the stage that uses them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from operators.marks.files import marks_in
from operators.marks.mark import pack_marks
from operators.marks.preview import preview
from operators.marks.stage import MarkStage
from operators.payload import pack
from operators.record import ImageRecord, from_table, to_table
from tests.operators.marks.marked import jpeg, known, mark, photos, sheet

ROOT = Path(__file__).parents[3]


def _png(array: np.ndarray) -> bytes:
    return cv2.imencode(".png", array)[1].tobytes()


def _record(rgb: np.ndarray) -> ImageRecord:
    return ImageRecord("a", _png(rgb[:, :, ::-1]), width=rgb.shape[1], height=rgb.shape[0])


def test_a_mark_file_gives_back_what_was_learnt() -> None:
    """A mark that moves, loses its period or its numbers on its way through the file."""
    (own,) = known()
    (back,) = marks_in("m.safetensors", pack_marks([own]))
    assert (back.alpha == own.alpha).all() and (back.colour == own.colour).all()
    plain = {name: value for name, value in own.__dict__.items() if not isinstance(value, np.ndarray)}
    assert plain == {name: back.__dict__[name] for name in plain}


@pytest.mark.parametrize(("name", "data", "message"), [
    ("m.safetensors", b"no", "make one with `cleanplate marks`"),
    ("m.safetensors", pack({}, '{"version": 99, "marks": []}'), "version 99"),
    ("logo.png", b"no", "neither a mark file"),
    ("logo.png", _png(np.zeros((20, 20, 3), np.uint8)), "needs transparency"),
    ("logo.png", _png(np.zeros((20, 20, 4), np.uint8)), "nothing of 8 px"),
])
def test_other_files_are_refused_with_what_to_do(name: str, data: bytes, message: str) -> None:
    """A wrong file that fails on a worker, an hour later, or passes and does nothing."""
    with pytest.raises(ValueError, match=message):
        marks_in(name, data)


def test_the_stage_appends_regions_that_survive_the_boundary() -> None:
    """Colour per pixel that is lost, or alpha that changes, between two pools."""
    stage = MarkStage((("m.safetensors", pack_marks(list(known()))),))
    with_mark, without = _record(mark(photos()[2]).rgb), _record(jpeg(photos()[2]))
    stage([with_mark, without])
    assert with_mark.open and without.open and without.regions == []
    (region,) = from_table(to_table([with_mark]))[0].regions
    assert region.matte is not None and region.matte.colour.ndim == 3
    assert (region.matte.alpha == with_mark.regions[0].matte.alpha).all()  # type: ignore[union-attr]


def test_a_stage_without_marks_costs_nothing() -> None:
    """Every user pays for OpenCV, SciPy and torch in a stage that does nothing for them."""
    code = ("import sys\nfrom operators.marks.stage import MarkStage\nbefore = set(sys.modules)\n"
            "from operators.record import ImageRecord\nstage = MarkStage()\nstage.setup()\n"
            "stage([ImageRecord('a', b'')])\nassert set(sys.modules) == before\n"
            "assert not {'cv2', 'torch', 'scipy'} & set(sys.modules)")
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)


def test_a_logo_is_found_anywhere_at_its_own_opacity() -> None:
    """A logo that must be at one place, at one scale and opaque, as no two users draw it."""
    rgba = sheet("QUAY 7", 40)
    (logo,) = marks_in("logo.png", _png(np.rint(rgba[..., [2, 1, 0, 3]] * 255).astype(np.uint8)))
    stage = MarkStage((("logo.png", _png(np.rint(rgba[..., [2, 1, 0, 3]] * 255).astype(np.uint8))),))
    small = cv2.resize(rgba[..., 3], None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA)
    alpha = np.zeros(photos()[4].shape[:2], np.float32)
    alpha[120 : 120 + small.shape[0], 70 : 70 + small.shape[1]] = 0.6 * small
    rgb = np.rint(255 * alpha[..., None] + (1 - alpha[..., None]) * photos()[4]).astype(np.uint8)
    found, clean = _record(jpeg(rgb)), _record(jpeg(photos()[4]))
    stage([found, clean])
    assert clean.regions == [] and len(found.regions) == 1
    x0, y0 = found.regions[0].quad[0]
    ys, xs = np.nonzero(alpha > 0.05)
    assert abs(x0 - xs.min()) <= 3 and abs(y0 - ys.min()) <= 3
    assert found.regions[0].features["alpha"] == pytest.approx(0.6, abs=0.12)
    assert logo.anchor == "anywhere"


def test_the_preview_shows_every_mark() -> None:
    """A preview without the mark on it, or of no size."""
    page = preview([*known(), *known(2)])
    assert page.dtype == np.uint8 and page.shape[1] == 900 and page.std() > 5
