"""Font books: roles, coverage, split by kin."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from operators.render import FontBook

BUNDLED = FontBook.bundled()


def test_bundled_roles() -> None:
    """Would catch a role table that sends all faces to one role, or math faces in the book."""
    assert {face.family for face in BUNDLED.with_role("mono")} == {"DejaVu Sans Mono"}
    assert {face.family for face in BUNDLED.with_role("serif")} >= {"DejaVu Serif"}
    assert {face.family for face in BUNDLED.with_role("sans")} == {"DejaVu Sans"}
    assert all(face.covers("Az09") for face in BUNDLED.faces)


def test_missing_glyphs_are_known() -> None:
    """Would catch tofu boxes: text in a face that lacks its letters."""
    assert not any(face.covers("漢字") for face in BUNDLED.faces)
    assert all(face.covers("a b\tc") for face in BUNDLED.faces)
    with pytest.raises(LookupError, match="no font has the glyphs"):
        BUNDLED.pick(np.random.default_rng(0), "sans", covering="漢字")


def test_pick_follows_the_wishes() -> None:
    """Would catch a pick that ignores role, weight or letters."""
    rng = np.random.default_rng(0)
    assert all(BUNDLED.pick(rng, "mono", heavy=True).heavy for _ in range(10))
    assert {BUNDLED.pick(rng, "mono").role for _ in range(10)} == {"mono"}
    assert {BUNDLED.pick(rng, "script", covering="мир").family for _ in range(20)} > {"DejaVu Sans"}


def test_split_shares_no_kin() -> None:
    """Would catch the bold cut of a training family among the held-out faces."""
    first, second = BUNDLED.split(0.3, seed=1)
    assert first.faces and second.faces
    assert not {face.kin for face in first.faces} & {face.kin for face in second.faces}
    assert set(first.faces) | set(second.faces) == set(BUNDLED.faces)
    assert BUNDLED.split(0.3, seed=1) == (first, second)
    assert BUNDLED.split(0.0, seed=1)[0] == BUNDLED
    with pytest.raises(ValueError, match="one kin"):
        BUNDLED.only(["DejaVu Sans"]).split(0.5, seed=0)


def test_folders(tmp_path: Path) -> None:
    """Would catch an empty folder, a broken file or a misspelt family passing silently."""
    with pytest.raises(FileNotFoundError, match="font below"):
        FontBook.from_folder(tmp_path)
    folder = BUNDLED.faces[0].path.parent
    (tmp_path / "sub").mkdir()
    for name in ("DejaVuSans.ttf", "DejaVuSerif-Bold.ttf"):
        (tmp_path / "sub" / name).write_bytes((folder / name).read_bytes())
    assert FontBook.from_folder(tmp_path).families == ("DejaVu Sans", "DejaVu Serif")
    assert FontBook.from_folder(tmp_path, families=["dejavu serif"]).families == ("DejaVu Serif",)
    with pytest.raises(LookupError, match="Comic"):
        FontBook.from_folder(tmp_path, families=["Comic"])
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    with pytest.raises(ValueError, match="broken.ttf"):
        FontBook.from_folder(tmp_path)


def test_shared_fonts_split_in_every_role() -> None:
    """Would catch a held-out book without script or display faces when there are many."""
    shared = os.environ.get("CLEANPLATE_SHARED")
    if not shared or not (Path(shared) / "data" / "fonts").is_dir():
        pytest.skip("CLEANPLATE_SHARED names no folder with data/fonts")
    training, held_out = FontBook.from_folder(Path(shared) / "data" / "fonts").split(0.25, seed=0)
    for role in ("sans", "serif", "script", "display"):
        assert training.with_role(role) and held_out.with_role(role)
