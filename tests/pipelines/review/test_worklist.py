"""The worklist of outputs of every kind, committed without Ray."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from cluster.outputs import read_rows
from cluster.plan import make_plan
from cluster.sidecars import committed
from cluster.sources import open_sources
from pipelines.review import write_worklist
from pipelines.review.crops import CONTEXT, GAP
from tests.pipelines.judged import BOX, GREY, RED, commit, judged_output, opened, write_pictures

KEYS = ["good1", "seam1", "mend1", "left1", "halo1", "scene1", "plain1", "bad1"]
LISTED = ["halo1.png", "left1.png", "seam1.png"]  # risk 0.82, confidence 0.66, risk 0.64
KINDS = pytest.mark.parametrize("kind", ["folder", "webdataset", "parquet"])


def listed(out: Path) -> list[dict[str, str]]:
    with (out / "review" / "worklist.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def written(out: Path) -> list[str]:
    return sorted(path.name for path in (out / "review" / "crops").glob("*"))


@KINDS
def test_what_does_not_pass_is_listed_worst_first(tmp_path: Path, kind: str) -> None:
    """Catches rejected fillings and doubtful regions that nobody is told of, passed ones that are, wrong places."""
    out = judged_output(tmp_path, KEYS, kind)
    assert write_worklist(str(out)) == 3
    rows = listed(out)
    assert [row["key"] for row in rows] == LISTED
    assert [row["failure"] for row in rows] == ["halo", "overlay left", "texture"]
    assert [row["verdict"] for row in rows] == ["fail", "review", "fail"]
    assert [row["risk"] for row in rows] == ["0.8200", "", "0.6400"]
    assert rows[2]["path"] == "prior → failed → diffusion → failed" and "texture, risk 0.64" in rows[2]["doubt"]
    assert all(tuple(int(row[name]) for name in "xywh") == BOX for row in rows)
    assert all((out / row["shard"]).is_file() for row in rows)
    assert sorted(row["crop"] for row in rows) == written(out) and not any(row["crop_note"] for row in rows)


@KINDS
def test_crops_show_the_picture_before_and_after(tmp_path: Path, kind: str) -> None:
    """Catches crops of another picture or row, and an original taken for the result."""
    out = judged_output(tmp_path, KEYS, kind)
    write_worklist(str(out))
    for row in listed(out):
        both = opened((out / "review" / "crops" / row["crop"]).read_bytes()).astype(int)
        x, y, w, h = BOX
        width = w + x - max(0, x - CONTEXT) + CONTEXT
        assert both.shape[:2] == (h + 2 * CONTEXT, 2 * width + GAP)
        middle = CONTEXT + h // 2, min(x, CONTEXT) + w // 2
        after = RED if row["status"] == "untouched" else GREY
        assert np.abs(both[middle] - RED).max() < 12
        assert np.abs(both[middle[0], middle[1] + width + GAP] - after).max() < 12


@KINDS
def test_the_folder_is_no_part_of_the_dataset(tmp_path: Path, kind: str) -> None:
    """Catches crops taken for pictures of the output when it is cleaned again, or for chunks by a resume."""
    out = judged_output(tmp_path, KEYS, kind)
    before = [s.key for source in open_sources([str(out)]) for s in source.list_samples()], set(committed(str(out)))
    write_worklist(str(out))
    after = [s.key for source in open_sources([str(out)]) for s in source.list_samples()], set(committed(str(out)))
    assert before == after and len(after[0]) == len(KEYS) - 1
    assert read_rows(str(out)).num_rows == len(KEYS)


def test_nothing_is_written_when_all_pass(tmp_path: Path) -> None:
    """Catches an empty list that makes people look for its pictures, and one of an earlier attempt that stays."""
    out = judged_output(tmp_path, ["good1", "plain1", "scene1", "bad1"])
    (out / "review" / "crops").mkdir(parents=True)
    (out / "review" / "crops" / "00001-old-r0.jpg").write_bytes(b"old")
    assert write_worklist(str(out)) == 0
    assert not (out / "review").exists() and not (out / "_tmp").exists()


def test_a_resume_rewrites_it(tmp_path: Path) -> None:
    """Catches lists of half a job, and crops of places in the list that are another region's by now."""
    plan, out = make_plan([str(write_pictures(tmp_path / "in", KEYS))], images=4), tmp_path / "out"
    commit(plan, out, chunks=[1])
    first = write_worklist(str(out))
    commit(plan, out)
    assert (first, write_worklist(str(out))) == (1, 3)
    assert [row["key"] for row in listed(out)] == LISTED and len(written(out)) == 3
    digest = hashlib.sha256((out / "review" / "worklist.csv").read_bytes()).hexdigest()
    write_worklist(str(out))
    assert hashlib.sha256((out / "review" / "worklist.csv").read_bytes()).hexdigest() == digest


def test_an_original_that_is_gone_costs_only_its_crop(tmp_path: Path) -> None:
    """Catches a job that ends with an exception because one input was moved or damaged while it ran."""
    out = judged_output(tmp_path, KEYS)
    (tmp_path / "in" / "halo1.png").unlink()
    (tmp_path / "in" / "seam1.png").write_bytes(b"\x89PNG\r\n\x1a\nno picture")
    write_worklist(str(out))
    rows = listed(out)
    assert [bool(row["crop"]) for row in rows] == [False, True, False] and len(written(out)) == 1
    assert all(row["crop_note"] for row in rows if not row["crop"])


def test_a_shard_that_is_damaged_costs_only_its_crops(tmp_path: Path) -> None:
    """Catches an exception of another kind: a tar's, not the system's."""
    out = judged_output(tmp_path, KEYS, "webdataset", images=8)
    (out / "00000.tar").write_bytes(b"no tar" * 400)
    assert write_worklist(str(out)) == 3
    assert [row["crop"] for row in listed(out)] == ["", "", ""]


def test_crops_are_bounded_and_the_list_is_not(tmp_path: Path) -> None:
    """Catches a hundred thousand small files, and rows that are dropped with their crops."""
    out = judged_output(tmp_path, [f"seam{i}" for i in range(5)] + ["halo1"])
    assert write_worklist(str(out), crops=2) == 6
    rows = listed(out)
    assert [row["crop_note"] for row in rows] == ["", "", *["beyond the 2 worst"] * 4]
    assert [row["key"] for row in rows][0] == "halo1.png" and len(written(out)) == 2


def test_chunks_without_doubt_are_not_read(tmp_path: Path) -> None:
    """Catches a pass over millions of rows to list nothing, and outputs of earlier versions, which have no verdicts."""
    out = judged_output(tmp_path, ["good1", "good2", "good3", "seam1"], images=3)
    (out / "00000.parquet").write_bytes(b"never opened")
    assert write_worklist(str(out)) == 1
    sidecar = json.loads((out / "00001_stats.json").read_text())
    del sidecar["verdicts"]
    (out / "00001_stats.json").write_text(json.dumps(sidecar))
    assert write_worklist(str(out)) == 0
