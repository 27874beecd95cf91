"""Listing and reading the three kinds of input: nothing lost, nothing doubled, damage told."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pyarrow as pa
import pytest

from cluster.sources import Sample, SourceError, open_sources, reopen
from cluster.sources.parquet import ROW_MEMBER, row_of
from cluster.storage import TMP, Storage
from operators.record import ImageRecord, Status
from tests.cluster.inputs import picture, write_folder, write_parquet, write_tar


def listed(*inputs: Path | str, image_column: str | None = None) -> list[Sample]:
    return [s for source in open_sources([str(i) for i in inputs], image_column) for s in source.list_samples()]


def read(samples: list[Sample], kind: str) -> dict[str, ImageRecord]:
    records = reopen(kind, samples[0].source).read(samples)
    assert [r.key for r in records] == [s.key for s in samples]
    return {r.key: r for r in records}


def test_folder_keys_keep_the_extension(tmp_path: Path) -> None:
    """Catches same stems, in one folder or in two, being taken for one picture."""
    for name in ("a.jpg", "a.PNG", "sub/a.jpg", "notes.txt", "sub/Ünïcode ß.webp"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    samples = listed(tmp_path)
    assert [s.key for s in samples] == ["a.PNG", "a.jpg", "sub/a.jpg", "sub/Ünïcode ß.webp"]
    assert {k: r.image.decode() for k, r in read(samples, "folder").items()} == {s.key: s.key for s in samples}


def test_folder_mask_is_a_member(tmp_path: Path) -> None:
    """Catches a mask that is cleaned as if it were a picture, and a lone `.mask.png` that gets lost."""
    for name in ("a.jpg", "a.mask.png", "lone.mask.png"):
        (tmp_path / name).write_bytes(name.encode())
    samples = listed(tmp_path)
    assert [s.key for s in samples] == ["a.jpg", "lone.mask.png"]
    assert read(samples, "folder")["a.jpg"].members == [("a.mask.png", b"a.mask.png")]


def test_folder_symlink_loop_ends(tmp_path: Path) -> None:
    """Catches a walk that follows a link into its own parent for ever."""
    write_folder(tmp_path / "in", 2)
    (tmp_path / "in" / "again").symlink_to(tmp_path / "in")
    assert [s.key for s in listed(tmp_path / "in")] == ["p000.jpg", "p001.jpg"]


def test_folder_unreadable_file_is_a_failed_record(tmp_path: Path) -> None:
    """Catches one file that cannot be opened taking its chunk down."""
    write_folder(tmp_path, 1)
    (tmp_path / "dangling.jpg").symlink_to(tmp_path / "gone")
    records = read(listed(tmp_path), "folder")
    dangling = records["dangling.jpg"]
    assert dangling.status is Status.FAILED
    assert dangling.error_class == "FileNotFoundError" and "dangling.jpg" in dangling.error
    assert records["p000.jpg"].image == picture(0)


def test_folder_name_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    """Catches a file name that Arrow cannot hold breaking the plan."""
    write_folder(tmp_path, 1)
    (tmp_path / os.fsdecode(b"bad\xff.jpg")).write_bytes(b"x")
    bad = listed(tmp_path)[0]
    assert (bad.problem_class, bad.name) == ("UnreadableName", "") and bad.key.encode()


def test_several_folders_do_not_collide(tmp_path: Path) -> None:
    """Catches two roots with the same file names giving the same keys."""
    for name in ("one", "two"):
        write_folder(tmp_path / name, 1)
    assert [s.key for s in listed(tmp_path / "one", tmp_path / "two")] == ["one/p000.jpg", "two/p000.jpg"]


def test_own_output_inside_the_input_is_not_input(tmp_path: Path) -> None:
    """Catches a second run cleaning the first one's output as well."""
    write_folder(tmp_path, 1)
    write_folder(tmp_path / "out" / "images", 1)
    (tmp_path / "out" / "_plan.json").write_text("{}")
    assert [s.key for s in listed(tmp_path)] == ["p000.jpg"]
    assert [s.key for s in listed(tmp_path / "out")] == ["p000.jpg"]


def test_globs(tmp_path: Path) -> None:
    """Catches patterns that miss folders or match the wrong files."""
    write_folder(tmp_path / "a", 2)
    write_folder(tmp_path / "b" / "c", 2)
    assert [s.key for s in listed(tmp_path / "*" / "p000.jpg")] == ["a/p000.jpg"]
    assert [s.key for s in listed(tmp_path / "**" / "p001.jpg")] == ["a/p001.jpg", "b/c/p001.jpg"]


def test_nothing_there_is_an_error(tmp_path: Path) -> None:
    """Catches a typing error in an input that silently cleans nothing."""
    for bad in ("nowhere", "*.jpg", "."):
        with pytest.raises(SourceError, match="no "):
            listed(tmp_path / bad)


def test_tar_members_out_of_order_are_grouped(tmp_path: Path) -> None:
    """Catches members split from their sample, and unknown ones dropped."""
    members = [("d/0.txt", b"t0"), ("d/1.jpg", b"i1"), ("d/0.jpg", b"i0"), ("d/1.a.b", b"ab")]
    tar = write_tar(tmp_path / "x.tar", members)
    records = read(listed(tar), "webdataset")
    assert list(records) == ["d/0", "d/1"]
    assert (records["d/0"].image, records["d/0"].members) == (b"i0", [("d/0.txt", b"t0")])
    assert (records["d/1"].name, records["d/1"].members) == ("d/1.jpg", [("d/1.a.b", b"ab")])


def test_tar_every_picture_is_a_record(tmp_path: Path) -> None:
    """Catches second pictures of a key and members written twice being swallowed."""
    tar = write_tar(tmp_path / "x.tar", [("a.jpg", b"1"), ("a.png", b"2"), ("a.mask.png", b"m"), ("a.depth.png", b"d"),
                                         ("a.jpg", b"3"), ("b.json", b"{}"), ("c.left.png", b"4")])
    samples = listed(tar)
    records = read(samples, "webdataset")
    assert {k: r.image for k, r in records.items()} == {"a": b"1", "a.png": b"2", "a#2": b"3", "b": b"", "c": b"4"}
    assert records["a"].members == [("a.mask.png", b"m"), ("a.depth.png", b"d")]
    assert (records["b"].status, records["b"].reason) == (Status.UNTOUCHED, "no image member")
    assert [s.joined for s in samples] == [False, True, False, False, False]


@pytest.mark.parametrize("keep", [512 + 600, 2000, 1024 * 3, 0, 700])
def test_tar_cut_off(tmp_path: Path, keep: int) -> None:
    """Catches a truncated tar that ends in silence: what can be read is, and the tar itself is a failure."""
    tar = write_tar(tmp_path / "x.tar", [(f"{i}.jpg", bytes([i]) * 600) for i in range(4)])
    data = tar.read_bytes()
    tar.write_bytes(data[:keep])
    samples = listed(tar)
    whole = keep // 1536 if keep % 1536 < 512 + 600 else keep // 1536 + 1
    records = read(samples, "webdataset")
    assert [r.image for r in records.values() if r.open] == [bytes([i]) * 600 for i in range(whole)]
    assert (records["x.tar"].status, records["x.tar"].error_class) == (Status.FAILED, "BrokenTar")


def test_tar_with_a_damaged_header(tmp_path: Path) -> None:
    """Catches tarfile's silent end at a bad header."""
    tar = write_tar(tmp_path / "x.tar", [(f"{i}.jpg", bytes([i]) * 600) for i in range(4)])
    data = bytearray(tar.read_bytes())
    data[1536 * 2 : 1536 * 2 + 512] = b"\xaa" * 512
    tar.write_bytes(bytes(data))
    samples = listed(tar)
    assert [s.key for s in samples] == ["0", "1", "x.tar"] and "byte 3072" in samples[-1].problem


def test_tar_brace_range_and_gzip(tmp_path: Path) -> None:
    """Catches ranges that lose their leading zeros, and zipped tars read at the wrong offsets."""
    for i in range(3):
        write_tar(tmp_path / f"{i:03d}.tar", [("k.jpg", b"%d" % i)])
    assert [s.source[-7:] for s in listed(f"{tmp_path}/{{000..002}}.tar")] == ["000.tar", "001.tar", "002.tar"]
    zipped = tmp_path / "z.tar.gz"
    zipped.write_bytes(gzip.compress((tmp_path / "002.tar").read_bytes()))
    assert read(listed(zipped), "webdataset")["k"].image == b"2"
    with pytest.raises(SourceError, match="003.tar: no such file"):
        listed(f"{tmp_path}/{{000..003}}.tar")


def test_parquet_rows(tmp_path: Path) -> None:
    """Catches rows read from the wrong row group, columns lost and nulls that crash."""
    images = [None if i == 3 else picture(i) for i in range(10)]
    table = pa.table({"id": pa.array(range(10), pa.int16()), "image": pa.array(images, pa.large_binary()),
                      "mask": pa.array([b"m" if i == 1 else None for i in range(10)], pa.binary())})
    pa.parquet.write_table(table, tmp_path / "t.parquet", row_group_size=3)
    samples = listed(tmp_path / "t.parquet")
    assert [s.key for s in samples][:2] == ["t.parquet#0", "t.parquet#1"]
    records = list(reopen("parquet", samples[0].source).read(samples[1:8]))
    assert [r.image for r in records] == [i or b"" for i in images[1:8]]
    assert (records[2].status, records[2].error) == (Status.FAILED, "null image")
    mask, row = records[0].members
    assert mask == ("t.parquet#1.mask.png", b"m")
    assert row[0] == ROW_MEMBER and row_of(row[1]).select(["id"]).to_pylist() == [{"id": 1}]


def test_parquet_keys_and_struct_images(tmp_path: Path) -> None:
    """Catches Hugging Face structs not being found, and a key column with repeats making keys collide."""
    struct = pa.array([{"bytes": picture(i), "path": f"{i}.jpg"} for i in range(2)])
    for name, keys, expected in (("u", ["a", "b"], ["a", "b"]), ("r", ["a", "a"], ["r.parquet#0", "r.parquet#1"])):
        pa.parquet.write_table(pa.table({"key": keys, "photo": struct}), tmp_path / f"{name}.parquet")
        samples = listed(tmp_path / f"{name}.parquet")
        assert [s.key for s in samples] == expected
        assert [r.image for r in read(samples, "parquet").values()] == [picture(0), picture(1)]


def test_parquet_unclear_column_is_asked_for(tmp_path: Path) -> None:
    """Catches guessing between two columns of bytes."""
    pa.parquet.write_table(pa.table({"x": [b"1"], "y": [b"2"]}), tmp_path / "t.parquet")
    with pytest.raises(SourceError, match="--image-column: x, y"):
        listed(tmp_path / "t.parquet")
    assert len(listed(tmp_path / "t.parquet", image_column="y")) == 1


def test_parquet_that_is_not_one(tmp_path: Path) -> None:
    """Catches one broken file of a table ending the job."""
    write_parquet(tmp_path / "a.parquet", 2)
    (tmp_path / "b.parquet").write_bytes(b"PAR1 no")
    assert [s.problem_class for s in listed(tmp_path)] == ["", "", "BrokenParquet"]


def test_kinds_do_not_mix(tmp_path: Path) -> None:
    """Catches a job over two kinds, whose output could be of neither."""
    write_folder(tmp_path / "f", 1)
    write_parquet(tmp_path / "t.parquet", 1)
    with pytest.raises(SourceError, match="several kinds"):
        listed(tmp_path / "f", tmp_path / "t.parquet")


def test_fsspec_addresses(tmp_path: Path) -> None:
    """Catches schemes that pyarrow does not know not reaching fsspec."""
    storage = Storage("memory://bucket/in")
    storage.write("sub/a.jpg", picture(1))
    storage.write("b.jpg", picture(2))
    samples = listed("memory://bucket/in")
    assert {k: r.image for k, r in read(samples, "folder").items()} == {"b.jpg": picture(2), "sub/a.jpg": picture(1)}
    assert TMP not in {name.partition("/")[0] for name in storage.names()}
