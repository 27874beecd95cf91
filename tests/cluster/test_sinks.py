"""Commits without Ray: what is written, for each pair of input and output kind."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rich.console import Console

from cluster.datasource import read_chunk
from cluster.lease import Lease, LeaseLost
from cluster.outputs import read_hole, read_original, read_result, read_rows
from cluster.plan import Plan, make_plan
from cluster.sidecars import committed, finalise
from cluster.sinks import open_shard
from cluster.sinks.commit import Committer, IncompleteChunk
from operators.record import ImageRecord, Status, from_table
from operators.stage import Stage
from pipelines.summary import summary_table
from tests.cluster.inputs import picture, read_tar, write_folder, write_parquet, write_tar
from tests.cluster.toys import Invert, inverted


def process(plan: Plan, out: Path, kind: str = "same", stage: Stage | None = None) -> dict[str, Any]:
    """The job without Ray, chunk after chunk."""
    shard = open_shard(kind, plan.kind, plan.image_column)
    with Lease.acquire(str(out)) as lease:
        plan.save(str(out))
        for chunk in range(plan.chunk_count):
            records = from_table(read_chunk(plan.chunk(chunk), plan.kind, plan.image_column))
            records = (stage or Invert())(records)
            committer = Committer(str(out), lease.claim, shard)
            committer.commit(chunk, plan.name(chunk), plan.chunk(chunk).to_pylist(), records)
        return finalise(str(out), plan)


def files(out: Path) -> dict[str, bytes]:
    return {str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*") if p.is_file()}


def test_folder_to_folder(tmp_path: Path) -> None:
    """Catches pictures renamed, masks lost and failed ones written."""
    write_folder(tmp_path / "in", 3, "d{i}/a.jpg")
    (tmp_path / "in" / "d0" / "a.mask.png").write_bytes(b"mask")
    (tmp_path / "in" / "bad.png").write_bytes(b"x")
    summary = process(make_plan([str(tmp_path / "in")]), tmp_path / "out")
    found = {n: d for n, d in files(tmp_path / "out").items() if n.startswith("images/")}
    assert found == {f"images/d{i}/a.jpg": inverted(picture(i)) for i in range(3)} | {"images/d0/a.mask.png": b"mask"}
    assert summary["status"] == {"failed": 1, "cleaned": 3} and summary["errors"] == {"ValueError": 1}


def test_tar_to_tar(tmp_path: Path) -> None:
    """Catches members dropped, samples interleaved, and tars that differ from run to run."""
    tar = write_tar(tmp_path / "x.tar", [("d/0.txt", b"t"), ("d/1.jpg", picture(1)), ("d/0.jpg", picture(0)),
                                         ("d/untouched.jpg", picture(2)), ("only.json", b"{}"), ("bad.jpg", b"")])
    plan = make_plan([str(tar)])
    for out in ("one", "two"):
        process(plan, tmp_path / out)
    data = (tmp_path / "one" / "00000.tar").read_bytes()
    assert data == (tmp_path / "two" / "00000.tar").read_bytes()
    members = read_tar(data)
    assert [n for n, _ in members] == ["d/0.jpg", "d/0.txt", "d/0.cleanplate.json", "d/1.jpg", "d/1.cleanplate.json",
                                       "d/untouched.jpg", "d/untouched.cleanplate.json", "only.json"]
    assert dict(members)["d/0.jpg"] == inverted(picture(0)) and dict(members)["d/untouched.jpg"] == picture(2)
    assert json.loads(dict(members)["d/1.cleanplate.json"])["status"] == "cleaned"


def test_cleaning_an_output_again_replaces_the_notes(tmp_path: Path) -> None:
    """Catches notes of an earlier cleaning piling up or shadowing the new ones."""
    process(make_plan([str(write_tar(tmp_path / "x.tar", [("a.jpg", picture(0))]))]), tmp_path / "one")
    process(make_plan([str(tmp_path / "one")]), tmp_path / "two")
    members = read_tar((tmp_path / "two" / "00000.tar").read_bytes())
    assert [n for n, _ in members] == ["a.jpg", "a.cleanplate.json"] and members[0][1] == picture(0)


def test_parquet_to_parquet_keeps_columns_and_types(tmp_path: Path) -> None:
    """Catches columns reordered or retyped, structs without their path, and metadata lost."""
    struct = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    images = [{"bytes": picture(i), "path": f"{i}.jpg"} for i in range(4)] + [None]
    table = pa.table({"n": pa.array(range(5), pa.int8()), "image": pa.array(images, struct),
                      "tags": pa.array([["a"]] * 5, pa.list_(pa.dictionary(pa.int8(), pa.string())))})
    pq.write_table(table.replace_schema_metadata({"huggingface": "{}"}), tmp_path / "t.parquet")
    plan = make_plan([str(tmp_path / "t.parquet")], images=3)
    summary = process(plan, tmp_path / "out")
    parts = [pq.read_table(tmp_path / "out" / "data" / f"0000{c}.parquet") for c in range(2)]
    written, read_back = pa.concat_tables(parts), pq.read_table(tmp_path / "t.parquet")
    assert written.schema.equals(read_back.schema, check_metadata=True)
    assert written.drop(["image"]).equals(read_back.drop(["image"]).slice(0, 4))
    wanted = [{"bytes": inverted(picture(i)), "path": f"{i}.jpg"} for i in range(4)]
    assert written.column("image").to_pylist() == wanted
    assert summary["errors"] == {"NullImage": 1}


@pytest.mark.parametrize("source", ["folder", "webdataset", "parquet"])
@pytest.mark.parametrize("target", ["folder", "webdataset", "parquet"])
def test_every_pair_of_kinds(tmp_path: Path, source: str, target: str) -> None:
    """Catches pictures lost or overwritten between kinds, and results that cannot be read back."""
    if source == "folder":
        write_folder(tmp_path / "in", 3, "a/{i}.jpg")
        write_folder(tmp_path / "in", 3, "a/{i}.png")
    elif source == "webdataset":
        for t in range(2):
            write_tar(tmp_path / "in" / f"{t}.tar", [(f"{i}.jpg", picture(i)) for i in range(3)])
    else:
        write_parquet(tmp_path / "in" / "t.parquet", 6, text=pa.array(list("abcdef")))
    plan = make_plan([str(tmp_path / "in")], images=4)
    process(plan, tmp_path / "out", target)
    rows = read_rows(str(tmp_path / "out")).to_pylist()
    originals = [read_original(plan, r["chunk"], r["position"]) for r in rows]
    assert [o.key for o in originals] == [r["key"] for r in rows] == plan.samples.column("key").to_pylist()
    assert [read_result(str(tmp_path / "out"), plan, r) for r in rows] == [inverted(o.image) for o in originals]
    again = make_plan([str(tmp_path / "out")])
    assert (again.kind, again.image_count) == (target, 6)


class Hole(Stage):
    name = "hole"

    def process(self, record: ImageRecord) -> None:
        record.status, record.result = Status.CLEANED, b"\x89PNG\r\n\x1a\n" + record.key.encode()
        record.hole_png = b"hole " + record.key.encode()


@pytest.mark.parametrize("target", ["folder", "webdataset"])
def test_changed_format_and_hole(tmp_path: Path, target: str) -> None:
    """Catches a PNG named .jpg, a name taken from another picture, and holes that cannot be found."""
    write_folder(tmp_path / "in", 1, "a.jpg")
    (tmp_path / "in" / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    plan = make_plan([str(tmp_path / "in")])
    process(plan, tmp_path / "out", target, Hole())
    rows = read_rows(str(tmp_path / "out")).to_pylist()
    wanted = {"folder": ["images/a.jpg.png", "images/a.png"], "webdataset": ["a.png", "a_png.png"]}[target]
    assert [r["output_name"] for r in rows] == wanted
    assert [read_result(str(tmp_path / "out"), plan, r)[8:] for r in rows] == [b"a.jpg", b"a.png"]  # type: ignore[index]
    assert [read_hole(str(tmp_path / "out"), plan, r) for r in rows] == [b"hole a.jpg", b"hole a.png"]


def test_incomplete_chunk_is_not_committed(tmp_path: Path) -> None:
    """Catches a record lost on the line passing for success."""
    plan = make_plan([str(write_folder(tmp_path / "in", 3))])
    with Lease.acquire(str(tmp_path / "out")) as lease:
        committer = Committer(str(tmp_path / "out"), lease.claim, open_shard("same", "folder"))
        records = from_table(read_chunk(plan.chunk(0), "folder", None))
        with pytest.raises(IncompleteChunk, match="2 rows, the plan has 3"):
            committer.commit(0, "00000", plan.chunk(0).to_pylist(), Invert()(records[1:]))
        with pytest.raises(IncompleteChunk, match="still open"):
            committer.commit(0, "00000", plan.chunk(0).to_pylist(), records[:1] + Invert()(records[1:]))
    assert not committed(str(tmp_path / "out"))


def test_orphan_is_fenced(tmp_path: Path) -> None:
    """Catches a writer of an earlier attempt overwriting the present one's chunk."""
    plan = make_plan([str(write_folder(tmp_path / "in", 3))])
    with Lease.acquire(str(tmp_path / "out")) as old:
        pass
    with Lease.acquire(str(tmp_path / "out")):
        records = Invert()(from_table(read_chunk(plan.chunk(0), "folder", None)))
        with pytest.raises(LeaseLost):
            Committer(str(tmp_path / "out"), old.claim, open_shard("same", "folder")).commit(
                0, "00000", plan.chunk(0).to_pylist(), records)
    assert set(files(tmp_path / "out")) == {"_lease.json"}


def test_sidecar_counts_only_with_its_files(tmp_path: Path) -> None:
    """Catches trusting a sidecar whose shard was deleted."""
    plan = make_plan([str(write_tar(tmp_path / "x.tar", [(f"{i}.jpg", picture(i)) for i in range(3)]))], images=1)
    process(plan, tmp_path / "out")
    assert set(committed(str(tmp_path / "out"))) == {0, 1, 2} and set(committed(str(tmp_path / "out"), {0})) == {1, 2}
    (tmp_path / "out" / "00001.tar").unlink()
    (tmp_path / "out" / "00002.parquet").unlink()
    assert set(committed(str(tmp_path / "out"))) == {0}
    assert finalise(str(tmp_path / "out"), plan)["complete"] is False
    assert not (tmp_path / "out" / "_SUCCESS").exists()


def test_finalise_is_idempotent(tmp_path: Path) -> None:
    """Catches totals that count twice when a finished job is run again, and temporary files that stay."""
    plan = make_plan([str(write_folder(tmp_path / "in", 9))])
    first = process(plan, tmp_path / "out")
    (tmp_path / "out" / "_tmp" / "dead").mkdir(parents=True)
    (tmp_path / "out" / "_tmp" / "dead" / "x").write_bytes(b"half")
    before = files(tmp_path / "out")
    assert finalise(str(tmp_path / "out"), plan) == first
    assert {n: d for n, d in before.items() if not n.startswith("_tmp")} == files(tmp_path / "out")
    assert not (tmp_path / "out" / "_tmp").exists() and (tmp_path / "out" / "_SUCCESS").exists()


def test_rows_hold_plain_values(tmp_path: Path) -> None:
    """Catches NaN in JSON, numpy values and regions that cannot be written."""
    import numpy as np

    from operators.record import Region, Tile

    class WithRegion(Invert):
        def process(self, record: ImageRecord) -> None:
            super().process(record)
            record.regions = [Region(np.eye(4, 2, dtype=np.float32), np.float32(0.5), route="prior",  # type: ignore[arg-type]
                                     generator="harmonic", scores={"seam": float("nan")})]
            record.tiles = [Tile(0, 0, 1, 1, [0], np.zeros((1, 1), np.float16), score=0.25)]
            record.measures["fill"] = 0.5

    process(make_plan([str(write_folder(tmp_path / "in", 1))]), tmp_path / "out", stage=WithRegion())
    (row,) = read_rows(str(tmp_path / "out")).to_pylist()
    (region,) = json.loads(row["regions"])
    assert (region["scores"], region["confidence"]) == ({"seam": None}, 0.5)
    assert (row["routes"], row["generators"], row["scores"]) == (["prior"], ["harmonic"], [0.25])
    note = committed(str(tmp_path / "out"))[0]
    assert note["measures"] == {"fill": [0.5, 1]} and note["routes"] == {"prior": 1}
    assert dict(row["measures"]) == {"fill": 0.5}


def test_verdicts_are_in_rows_notes_and_totals(tmp_path: Path) -> None:
    """Catches a verdict that gets lost between the line and the dataset, and a risk of 0 where nobody looked."""
    import numpy as np

    from operators.record import Region

    class WithVerdict(Invert):
        def process(self, record: ImageRecord) -> None:
            super().process(record)
            if record.key == "a":
                quad = np.eye(4, 2, dtype=np.float32)
                record.verdict, record.doubt = "fail", "a filling would be noticed"
                record.regions = [Region(quad, 0.9, generator="prior", path=["prior", "failed"], scores={"risk": 0.75}),
                                  Region(quad, 0.9, generator="prior", path=["prior", "passed"], scores={"risk": 0.25}),
                                  Region(quad, 0.3, route="keep")]

    tar = write_tar(tmp_path / "x.tar", [("a.jpg", picture(0)), ("b.jpg", picture(1))])
    summary = process(make_plan([str(tar)]), tmp_path / "out", stage=WithVerdict())
    rows = read_rows(str(tmp_path / "out")).to_pylist()
    assert [(r["verdict"], r["doubt"], r["risk"]) for r in rows] == [
        ("fail", "a filling would be noticed", 0.75), ("", "", None)]
    assert [r["path"] for r in json.loads(rows[0]["regions"])] == [["prior", "failed"], ["prior", "passed"], []]
    note = json.loads(dict(read_tar((tmp_path / "out" / "00000.tar").read_bytes()))["a.cleanplate.json"])
    assert (note["verdict"], note["doubt"]) == ("fail", "a filling would be noticed")
    assert summary["verdicts"] == {"fail": 1}
    assert summary["edges"] == {"start → prior": 2, "prior → failed": 1, "prior → passed": 1}
    assert summary["trips"] == {"prior → left": 1, "prior → passed": 1}


def test_reasons_are_whole_in_rows_and_counted_without_their_figures(tmp_path: Path) -> None:
    """Catches a terminal and a summary with one line a picture, and rows that do not say how large was too large."""
    class Kept(Invert):
        def process(self, record: ImageRecord) -> None:
            share = 30 + int(record.key.split(".")[0])
            record.leave_untouched(f"1 region kept: too large ({share}% of the picture; more than 25%)")

    summary = process(make_plan([str(write_folder(tmp_path / "in", 3, "{i}.jpg"))]), tmp_path / "out", stage=Kept())
    reasons = read_rows(str(tmp_path / "out")).column("reason").to_pylist()
    assert reasons == [f"1 region kept: too large ({30 + i}% of the picture; more than 25%)" for i in range(3)]
    assert summary["reasons"] == {"1 region kept: too large": 3}
    shown = Console(width=120, record=True, file=io.StringIO())
    shown.print(summary_table(summary | {"wall_seconds": 1.0}))
    assert "1 region kept: too large 3" in shown.export_text()


def test_outputs_of_earlier_versions_resume(tmp_path: Path) -> None:
    """Catches a job that cannot go on, or a report that cannot be built, over chunks without verdicts."""
    plan, out = make_plan([str(write_folder(tmp_path / "in", 2))], images=1), tmp_path / "out"
    process(plan, out)
    sidecar = json.loads((out / "00000_stats.json").read_text())
    for name in ("verdicts", "edges", "trips"):
        del sidecar[name]
    (out / "00000_stats.json").write_text(json.dumps(sidecar))
    table = pq.read_table(out / "00000.parquet")
    pq.write_table(table.drop(["verdict", "doubt", "risk"]), out / "00000.parquet")
    assert set(committed(str(out))) == {0, 1}
    assert finalise(str(out), plan)["images"] == 2
    assert [row["verdict"] for row in read_rows(str(out)).to_pylist()] == [None, ""]
