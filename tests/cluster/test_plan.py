"""The plan: chunks, digests, names for other kinds of output."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster.plan import Plan, make_plan
from cluster.sources.sample import Sample
from cluster.targets import assign_targets
from tests.cluster.inputs import picture, write_folder, write_parquet, write_tar


def chunks(plan: Plan) -> list[list[str]]:
    return [plan.chunk(c).column("key").to_pylist() for c in range(plan.chunk_count)]


def test_chunks_hold_at_most_n_images_of_one_source(tmp_path: Path) -> None:
    """Catches chunks that cross sources, are too long or lose the last samples."""
    for t in range(2):
        write_tar(tmp_path / f"{t}.tar", [(f"{i}.jpg", picture(i)) for i in range(5)])
    plan = make_plan([str(tmp_path)], images=2)
    assert chunks(plan) == [["0", "1"], ["2", "3"], ["4"]] * 2
    assert [plan.chunk_images(c) for c in range(6)] == [2, 2, 1, 2, 2, 1]
    assert plan.chunk(3).column("position").to_pylist() == [0, 1]


def test_chunks_close_early_by_bytes(tmp_path: Path) -> None:
    """Catches a chunk of large pictures that does not fit into memory."""
    for i in range(5):
        (tmp_path / f"{i}.png").write_bytes(bytes(600_000))
    assert [len(c) for c in chunks(make_plan([str(tmp_path)], images=100, megabytes=2))] == [3, 2]


def test_pictures_of_one_sample_stay_in_one_chunk(tmp_path: Path) -> None:
    """Catches a sample's members ending up in two tars."""
    write_tar(tmp_path / "x.tar", [(f"{i}.{e}", b"x") for i in range(3) for e in ("jpg", "png")])
    assert chunks(make_plan([str(tmp_path)], images=1)) == [["0", "0.png"], ["1", "1.png"], ["2", "2.png"]]


@pytest.mark.parametrize(("count", "size"), [(3, 8), (600, 10)])
def test_auto_size(tmp_path: Path, count: int, size: int) -> None:
    """Catches chunks so few that workers idle, or so many that starting them is all that happens."""
    assert make_plan([str(write_folder(tmp_path, count))]).chunk_size == size


def test_limit(tmp_path: Path) -> None:
    """Catches a limit that is ignored, or a limited plan taken for the whole one."""
    write_folder(tmp_path, 20)
    limited = make_plan([str(tmp_path)], limit=7)
    assert limited.image_count == 7 and limited.digest != make_plan([str(tmp_path)]).digest


def test_digest_sees_names_and_sizes(tmp_path: Path) -> None:
    """Catches resuming over an input that changed."""
    write_folder(tmp_path / "in", 3)
    before = make_plan([str(tmp_path / "in")]).digest
    assert make_plan([str(tmp_path / "in")]).digest == before
    (tmp_path / "in" / "p000.jpg").write_bytes(b"longer than before" * 10)
    assert make_plan([str(tmp_path / "in")]).digest != before


def test_saved_plan_is_the_plan(tmp_path: Path) -> None:
    """Catches a resume that sees other offsets or chunks than the run it resumes."""
    tar = write_tar(tmp_path / "x.tar", [("a.jpg", b"1"), ("a.json", b"{}"), ("b.jpg", b"2")])
    plan = make_plan([str(tar)], images=1)
    plan.save(str(tmp_path / "out"))
    loaded = Plan.load(str(tmp_path / "out"))
    assert loaded.header() == plan.header() and loaded.samples.equals(plan.samples) and chunks(loaded) == chunks(plan)
    with pytest.raises(FileNotFoundError):
        Plan.load(str(tmp_path / "elsewhere"))


def test_parquet_plan_counts_rows(tmp_path: Path) -> None:
    """Catches rows that the plan does not see."""
    write_parquet(tmp_path / "a.parquet", 5)
    write_parquet(tmp_path / "b.parquet", 3)
    assert [len(c) for c in chunks(make_plan([str(tmp_path)], images=4))] == [4, 1, 3]


def test_targets_never_collide() -> None:
    """Catches two pictures written to one name when the kind of output changes."""
    keys = ["a.jpg", "a.png", "a_png.jpg", "x.y.jpg", "../up.jpg", "/abs.jpg", "b#1", "d/" + "n" * 300, "A.jpg"]
    targets = assign_targets([Sample(k, "s", k) for k in keys], "folder")
    assert len(set(targets)) == len(keys)
    assert targets[:4] == ["a", "a_png", "a_png_jpg", "x_y"]
    assert all(not t.startswith("/") and ".." not in t and max(map(len, t.split("/"))) <= 180 for t in targets)


def test_targets_of_several_tars_are_told_apart() -> None:
    """Catches keys that repeat from tar to tar overwriting each other in a folder."""
    samples = [Sample("000", f"/d/{t}.tar", "000.jpg") for t in range(2)]
    assert assign_targets(samples, "webdataset") == ["0/000", "1/000"]
