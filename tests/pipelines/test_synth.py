"""Labelled pairs from photographs that scikit-image ships."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from operators.render import FontBook
from pipelines.evaluation.loading import load
from pipelines.evaluation.pairs import find_pairs
from pipelines.synth import Drawn, Settings, Skipped, draw_pairs, write_folders, write_tars
from tests.operators.overlaid import photo

KINDS = ("caption", "watermark")


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    (folder / "below").mkdir()
    Image.fromarray(photo("astronaut")[:300, :400]).save(folder / "a b.c.png")
    Image.fromarray(photo("coffee")).save(folder / "below" / "coffee.jpg")
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    return folder


def drawn(photos: Path, skipped: Skipped | None = None, **options: int) -> list[Drawn]:
    settings = Settings(**{"kinds": KINDS, "per_kind": 2, "max_side": 400} | options)  # type: ignore[arg-type]
    return list(draw_pairs(photos, FontBook.bundled(), settings, skipped or Skipped()))


def test_a_seed_decides_every_byte(photos: Path) -> None:
    """Catches pairs that cannot be made again, and a seed without influence."""
    assert drawn(photos, seed=4) == drawn(photos, seed=4)
    assert drawn(photos, seed=4) != drawn(photos, seed=5)


def test_more_pairs_begin_with_the_same_ones(photos: Path) -> None:
    """Catches a set that changes altogether when it is enlarged."""
    few, many = drawn(photos, per_kind=1), drawn(photos, per_kind=2)
    assert [many[0], many[2]] == few


def test_a_broken_photograph_is_left_out_with_its_reason(photos: Path) -> None:
    """Catches one broken file that stops the rest, or an endless search where nothing can be read."""
    skipped = Skipped()
    assert len(drawn(photos, skipped, per_kind=3)) == 6
    assert list(skipped.reasons) == ["broken.jpg"] and "cannot be read" in skipped.reasons["broken.jpg"]


def test_only_unusable_photographs_give_no_pairs(tmp_path: Path) -> None:
    """Catches an endless loop over a folder of broken files."""
    (tmp_path / "a.jpg").write_bytes(b"nothing")
    assert drawn(tmp_path) == []


def test_the_truth_belongs_to_the_picture(photos: Path, tmp_path: Path) -> None:
    """Catches an alpha, mask or target of another picture, and 16 bits lost on the way."""
    list(write_folders(drawn(photos, quality=0), tmp_path))
    pairs = [load(pair) for pair in find_pairs(str(tmp_path))]
    assert len(pairs) == 4 and {pair.kind for pair in pairs} == set(KINDS)
    for pair in pairs:
        assert pair.alpha is not None and max(pair.mask.shape) == 400
        assert np.array_equal(pair.before[pair.alpha == 0], pair.target[pair.alpha == 0])
        assert (pair.before != pair.target).any(2)[pair.mask].mean() > 0.5
        assert np.array_equal(pair.mask, pair.alpha > 0.05) and len(np.unique(pair.alpha * 65535)) > 40
    note = json.loads(next((tmp_path / "meta").glob("caption*")).read_text())
    assert note["kind"] == "caption" and len(note["texts"]) == len(note["quads"]) and note["photo"].endswith("g")


def test_tars_hold_what_the_folders_hold(photos: Path, tmp_path: Path) -> None:
    """Catches keys with dots, which tear a sample apart, and a tar that is never closed."""
    pairs = drawn(photos)
    assert list(write_tars(iter(pairs), tmp_path)) == [pair.key for pair in pairs]
    with tarfile.open(tmp_path / "00000.tar") as tar:
        names = tar.getnames()
    assert len(names) == 20 and all("." not in name.partition(".")[0] for name in names)
    found = {pair.key: pair for pair in find_pairs(str(tmp_path))}
    for pair in pairs:
        members = dict(pair.members)
        assert found[pair.key].parts["input"].read() == members["input.jpg"]
        assert Image.open(io.BytesIO(found[pair.key].parts["alpha"].read())).mode.startswith("I;16")
