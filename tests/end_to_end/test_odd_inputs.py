"""Every kind of bad or odd input, through the whole job: cleaned in its own format, or named with its reason."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from operators.ingest import decode
from operators.render import FontBook, render_overlay
from tests.end_to_end.jobs import HARMONIC, clean, data_table, failures, leftovers, pictures, rows
from tests.end_to_end.pictures import Item, items, photographs, tar_members, write_tar
from tests.operators.odd_inputs import EDITABLE, UNTOUCHED, OddInput, odd_inputs

pytestmark = [pytest.mark.ray, pytest.mark.usefixtures("ray_session")]
# The box fits a picture of any size.
BOX: dict[str, Any] = {"detect__boxes": [[0.1, 0.6, 0.9, 0.95]], "chunk__images": 32} | HARMONIC
MAX_PIXELS = 100_000_000
PICTURE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
Expected = dict[str, str]  # key → editable, untouched or an error class


@pytest.fixture(scope="module")
def odd() -> list[OddInput]:
    photo = photographs((96, 72))[1]
    kinds = odd_inputs(render_overlay(photo, "caption", np.random.default_rng(5), FontBook.bundled()).image)
    assert len(kinds) >= 40 and len({kind.file for kind in kinds}) == len(kinds)
    return kinds


@pytest.fixture(scope="module")
def good() -> list[Item]:
    return items(12, size=(96, 72))


def test_a_folder_of_odd_files(odd: list[OddInput], good: list[Item], tmp_path: Path) -> None:
    """Catches a file, name or link that crashes the job, is lost, changes its format or hurts its neighbours."""
    root, before = tmp_path / "in", {}
    expected: Expected = {}
    for i, (name, data, kind) in enumerate(_mixed(odd, good)):
        path = root / f"d{i % 5}" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        expected[f"d{i % 5}/{name}"], before[f"d{i % 5}/{name}"] = kind, data
    places = _odd_places(root, good[0].data)
    expected, before = expected | places, before | dict.fromkeys(places, good[0].data)
    summary = clean(root, tmp_path / "out", **BOX)
    _check(tmp_path / "out", summary, expected, before)


def _odd_places(root: Path, picture: bytes) -> Expected:
    """What is odd about the place rather than the bytes. Permissions are no matter here: root reads everything."""
    (root / "d0" / "loop").symlink_to(root, target_is_directory=True)
    (root / "d1" / "gone.jpg").symlink_to(root / "nothing.jpg")
    (root / "d2" / "self.jpg").symlink_to("self.jpg")
    (root / "d3" / "folder.jpg").mkdir()
    (root / "d3" / "folder.jpg" / "inside.jpg").write_bytes(picture)
    (root / "d4" / "link.jpg").symlink_to(root / "d3" / "folder.jpg" / "inside.jpg")
    os.mkfifo(root / "d4" / "pipe.jpg")
    return {"d1/gone.jpg": "FileNotFoundError", "d2/self.jpg": "OSError", "d3/folder.jpg/inside.jpg": EDITABLE,
            "d4/link.jpg": EDITABLE, "d4/pipe.jpg": "OSError"}


def test_tars_of_odd_members(odd: list[OddInput], good: list[Item], tmp_path: Path) -> None:
    """Catches archives that are cut, no archives at all or in disorder, and samples without a picture."""
    root, before = tmp_path / "in", {}
    expected: Expected = {}
    root.mkdir()
    members: list[tuple[str, bytes]] = []
    for i, (name, data, kind) in enumerate(_mixed(odd, good)):
        key = f"k{i:03d}{Path(name).stem.replace('.', '_')}"
        members += [(f"{key}.{name.rpartition('.')[2]}", data), (f"{key}.txt", b"caption")]
        expected[key], before[key] = kind, data
    write_tar(root / "0_odd.tar", [*members, ("lonely.txt", b"no picture here"), ("sub.dir/lonely.cls", b"1")])
    expected |= {"lonely": UNTOUCHED, "sub.dir/lonely": UNTOUCHED}
    extra, contents = _odd_archives(root, good)
    summary = clean(root, tmp_path / "out", **BOX)
    _check(tmp_path / "out", summary, expected | extra, before | contents)


def _odd_archives(root: Path, good: list[Item]) -> tuple[Expected, dict[str, bytes]]:
    first, second, third = ({f"{letter}{i.key}": i for i in good[:4]} for letter in "abc")
    pairs = [(key, name.removeprefix(i.key), data) for key, i in first.items() for name, data in tar_members(i)]
    disorder = sorted(pairs, key=lambda pair: (pair[1], pair[0]), reverse=True)  # all captions, all pictures, ...
    write_tar(root / "1_disorder.tar", [(key + rest, data) for key, rest, data in disorder])
    whole = write_tar(root / "2_cut.tar", [(f"{key}.{i.extension}", i.data) for key, i in second.items()]).read_bytes()
    last = list(second.values())[-1]
    (root / "2_cut.tar").write_bytes(whole[: whole.index(last.data) + len(last.data) // 2])
    (root / "3_text.tar").write_bytes(b"Not Found\n" * 300)
    (root / "4_empty.tar").write_bytes(b"")
    write_tar(root / "5_good.tar", [(f"{key}.{i.extension}", i.data) for key, i in third.items()])
    whole_ones = first | third | dict(list(second.items())[:-1])
    broken = {list(second)[-1]: "TruncatedTar", **{f"{n}.tar": "BrokenTar" for n in ("2_cut", "3_text", "4_empty")}}
    return dict.fromkeys(whole_ones, EDITABLE) | broken, {key: item.data for key, item in whole_ones.items()}


def test_tables_of_odd_rows(odd: list[OddInput], good: list[Item], tmp_path: Path) -> None:
    """Catches nulls at every level, files that are no tables, and other columns that do not come along."""
    root, before = tmp_path / "in", {}
    expected: Expected = {"9_text.parquet": "BrokenParquet"}
    root.mkdir()
    cells: list[dict[str, Any] | None] = []
    for name, data, kind in _mixed(odd, good):
        expected[f"0_hf.parquet#{len(cells)}"], before[f"0_hf.parquet#{len(cells)}"] = kind, data
        cells.append({"bytes": data, "path": name})
    for cell in (None, {"bytes": None, "path": "gone.jpg"}):
        expected[f"0_hf.parquet#{len(cells)}"] = "NullImage"
        cells.append(cell)
    labels = pa.array([None if i % 3 == 0 else i for i in range(len(cells))], pa.int16())
    given = pa.table({"image": pa.array(cells, PICTURE), "label": labels})
    pq.write_table(given, root / "0_hf.parquet", row_group_size=17)
    (root / "9_text.parquet").write_bytes(b"this is no table")
    summary = clean(root, tmp_path / "out", **BOX)
    _check(tmp_path / "out", summary, expected, before, in_tables=True)
    kept = [i for i, name in enumerate(expected) if name != "9_text.parquet"]
    assert len(kept) == len(cells)
    lost = {int(key.partition("#")[2]) for key in failures(tmp_path / "out") if "#" in key}
    table = data_table(tmp_path / "out")
    assert table.schema.field("image").type == PICTURE and table.column("label").to_pylist() == [
        value for i, value in enumerate(labels.to_pylist()) if i not in lost]


def _mixed(odd: list[OddInput], good: list[Item]) -> list[tuple[str, bytes, str]]:
    """(file name, bytes, expected): good pictures between odd ones."""
    files = [(kind.file, kind.data, kind.expected) for kind in odd]
    for i, item in enumerate(good):
        files.insert(i * len(odd) // len(good) + i, (item.name, item.data, EDITABLE))
    return files


def _check(
    out: Path, summary: dict[str, Any], expected: Expected, before: dict[str, bytes], in_tables: bool = False
) -> None:
    found = {row["key"]: row for row in rows(out)}
    assert Counter(row["key"] for row in rows(out)) == Counter(expected.keys())
    assert summary["complete"] and summary["images"] == len(expected) and not leftovers(out)
    after = _table_pictures(out, found) if in_tables else pictures(out)
    failed = failures(out)
    wrong = []
    for key, kind in expected.items():
        row = found[key]
        if kind == EDITABLE:
            fine = row["status"] in ("cleaned", "untouched") and _same_form(before[key], after[key])
        elif kind == UNTOUCHED:
            fine = row["status"] == "untouched" and bool(row["reason"]) and after.get(key) == before.get(key)
        else:
            reported = failed.get(key, {})
            fine = row["status"] == "failed" and reported.get("error_class") == kind and bool(reported["error_message"])
            fine &= key not in after
        if not fine:
            wrong.append((key, kind, *(row[n] for n in ("status", "reason", "error_class", "error_message", "stage"))))
    assert not wrong, "\n".join(map(str, wrong))
    assert set(failed) == {key for key, row in found.items() if row["status"] in ("failed", "kept")}
    editable = [key for key, kind in expected.items() if kind == EDITABLE]
    cleaned = [key for key in editable if found[key]["status"] == "cleaned" and after[key] != before[key]]
    assert len(cleaned) >= 0.8 * len(editable), "the line must really change pixels"


def _same_form(before: bytes, after: bytes) -> bool:
    """Whether format, mode, size, depth, orientation and transparency are those of the input."""
    old, new = decode(before, max_pixels=MAX_PIXELS), decode(after, max_pixels=MAX_PIXELS)
    forms = [(p.format, p.mode, p.rgb.shape, p.rgb.dtype, p.orientation) for p in (old, new)]
    if old.transparency is None or new.transparency is None:
        return forms[0] == forms[1] and old.transparency is new.transparency
    return forms[0] == forms[1] and bool((old.transparency == new.transparency).all())


def _table_pictures(out: Path, found: dict[str, dict[str, Any]]) -> dict[str, bytes]:
    """key → bytes, from the tables: rows that failed are not in them."""
    cells = data_table(out).column("image").to_pylist()
    written = [key for key, row in found.items() if row["status"] != "failed"]
    return {key: cell["bytes"] for key, cell in zip(written, cells, strict=True)}
