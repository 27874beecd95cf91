"""Finding pairs in folders and tars."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.complaint import UsageError
from pipelines.evaluation.pairs import find_pairs, role_of
from tests.pipelines.evaluation.pairs_on_disk import write_folders, write_tar

PARTS = {"input.jpg": b"i", "target.png": b"t", "mask.png": b"m", "alpha.png": b"a", "meta.json": b"{}"}


def test_files_of_one_stem_are_a_pair_whatever_their_extensions(tmp_path: Path) -> None:
    """Catches pairs torn apart by .jpg and .png, by folders below, or by dots in a name."""
    for key in ("b", "sub/a", "v1.2 final"):
        write_folders(tmp_path, key, PARTS)
    pairs = find_pairs(str(tmp_path))
    assert [pair.key for pair in pairs] == ["b", "sub/a", "v1.2 final"]
    assert {role: part.read() for role, part in pairs[2].parts.items()} == {
        "input": b"i", "target": b"t", "mask": b"m", "alpha": b"a", "meta": b"{}"}


def test_tars_give_the_same_pairs_by_brace_range_or_folder(tmp_path: Path) -> None:
    """Catches members read from the wrong offset, and equal keys of two tars that overwrite each other."""
    for number, value in enumerate((b"first", b"second")):
        write_tar(tmp_path / f"{number:03d}.tar", {"a": PARTS | {"target.png": value}, "x/b": PARTS})
    pairs = find_pairs(str(tmp_path / "{000..001}.tar"))
    assert [(p.key, p.parts["target"].read()) for p in pairs] == [
        ("a", b"first"), ("x/b", b"t"), ("001.tar/a", b"second"), ("001.tar/x/b", b"t")]
    assert [p.key for p in find_pairs(str(tmp_path))] == [p.key for p in pairs]


def test_a_pair_without_a_part_or_with_two_says_so(tmp_path: Path) -> None:
    """Catches a missing target that vanishes from the count, and a second input that silently wins."""
    write_folders(tmp_path, "good", PARTS)
    write_folders(tmp_path, "lone", {"input.jpg": b"i"})
    write_folders(tmp_path, "twice", PARTS | {"input.png": b"other"})
    problems = {pair.key: pair.problem for pair in find_pairs(str(tmp_path))}
    assert problems["good"] == "" and problems["lone"] == "no target"
    assert problems["twice"] == "two files are its input: input/twice.jpg and input/twice.png"


@pytest.mark.parametrize("files", [(), ("a.jpg",), ("input/a.jpg",)])
def test_no_pairs_is_an_error_that_shows_the_layout(tmp_path: Path, files: tuple[str, ...]) -> None:
    """Catches an evaluation of nothing that ends with a table of nothing."""
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    with pytest.raises(UsageError, match="input/a.jpg  target/a.png"):
        find_pairs(str(tmp_path))


def test_notes_and_strangers_belong_to_no_pair() -> None:
    """Catches Thumbs.db or a README taken for an input, and a picture named mask taken for one."""
    assert role_of("input/Thumbs.db") is None and role_of("README.md") is None and role_of("mask.png") is None
    assert role_of("a.json") == ("meta", "a") and role_of("x/a.input.webp") == ("input", "x/a")
