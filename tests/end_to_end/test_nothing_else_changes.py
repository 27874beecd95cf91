"""Through the whole job: what lies outside the hole is what it was."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import jpeglib
import numpy as np
import pytest
from PIL import Image

from pipelines.demo.encode import Encoding
from tests.end_to_end.jobs import clean, pictures, read_tar, rows
from tests.end_to_end.pictures import LOSSLESS, Item, items, write_tars

pytestmark = [pytest.mark.ray, pytest.mark.usefixtures("ray_session")]
JPEGS = tuple(Encoding("jpg", "JPEG", {"quality": q, "subsampling": s, "progressive": p})
              for q, s, p in ((30, "4:2:0", False), (75, "4:2:0", True), (88, "4:2:2", False), (96, "4:4:4", True),
                              (92, "4:4:4", False), (60, "4:2:2", True)))
OURS = (".cleanplate.json", ".hole.png")
REACH = 16  # px that a hole may exceed its mask by: the largest growth and its feather


@pytest.fixture(scope="module")
def samples() -> list[Item]:
    return items(40, encodings=(*LOSSLESS, *JPEGS))


@pytest.fixture(scope="module")
def out(samples: list[Item], tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("outside")
    clean(write_tars(root / "in", samples, per_tar=20), root / "out", compose__hole_png=True)
    return root / "out"


@pytest.fixture(scope="module")
def members(out: Path) -> dict[str, bytes]:
    return {name: data for path in sorted(out.glob("[0-9]*.tar")) for name, data in read_tar(path)}


@pytest.fixture(scope="module")
def cleaned(samples: list[Item], out: Path, members: dict[str, bytes]) -> list[tuple[Item, bytes, np.ndarray]]:
    """(sample, its output, hole bool (H, W)) of what was cleaned; nothing but the clean ones may be missing."""
    after, status = pictures(out), {row["key"]: row["status"] for row in rows(out)}
    assert status == {item.key: "cleaned" if item.mask else "untouched" for item in samples}
    return [(item, after[item.key], _hole(members[f"{item.key}.hole.png"])) for item in samples if item.mask]


def test_a_hole_is_around_its_mask(cleaned: list[tuple[Item, bytes, np.ndarray]]) -> None:
    """Catches holes that would make the tests below pass by covering everything, and overlay left outside of them."""
    for item, _, hole in cleaned:
        mask = _hole(item.mask or b"")
        near = cv2.dilate(mask.astype(np.uint8), np.ones((2 * REACH + 1,) * 2, np.uint8)) > 0
        assert not (hole & ~near).any() and (hole & mask).sum() >= 0.99 * mask.sum(), item.name


def test_pixels_outside_the_hole_are_identical(cleaned: list[tuple[Item, bytes, np.ndarray]]) -> None:
    """Catches a lossless picture that is re-quantised, shifted or blended where there was no overlay."""
    lossless = [c for c in cleaned if c[0].extension != "jpg"]
    assert {item.extension for item, _, _ in lossless} == {e.extension for e in LOSSLESS}
    for item, after, hole in lossless:
        before, now = _pixels(item.data), _pixels(after)
        assert (before[~hole] == now[~hole]).all() and (before[hole] != now[hole]).any(), item.name


def test_coefficients_outside_touched_mcus_are_identical(
    cleaned: list[tuple[Item, bytes, np.ndarray]], tmp_path: Path
) -> None:
    """Catches a JPEG that is re-encoded, even with its own tables, away from its overlay."""
    jpegs = [c for c in cleaned if c[0].extension == "jpg"]
    assert len(jpegs) >= 2 * len(JPEGS)
    for item, after, hole in jpegs:
        before, now = _dct(item.data, tmp_path / "a.jpg"), _dct(after, tmp_path / "b.jpg")
        assert (before.qt == now.qt).all() and before.progressive_mode == now.progressive_mode, item.name
        changed = False
        for plane in ("Y", "Cb", "Cr"):
            old, new = getattr(before, plane), getattr(now, plane)
            untouched = ~_touched(before, hole, old.shape[:2])
            assert untouched.any() and (old[untouched] == new[untouched]).all(), (item.name, plane)
            changed |= bool((old != new).any())
        assert changed, item.name


def test_clean_pictures_leave_with_their_own_bytes(samples: list[Item], out: Path) -> None:
    """Catches an image without overlay that is decoded and encoded again."""
    after = pictures(out)
    clean_ones = [item for item in samples if not item.mask]
    assert len(clean_ones) >= 5 and all(after[item.key] == item.data for item in clean_ones)


def test_members_we_do_not_know_are_kept(samples: list[Item], members: dict[str, bytes]) -> None:
    """Catches captions, labels and masks lost, renamed or changed on the way."""
    written = (*OURS, "jpg", *(encoding.extension for encoding in LOSSLESS))
    kept = {name: data for name, data in members.items() if name.endswith(".mask.png") or not name.endswith(written)}
    wanted = {f"{i.key}.{ext}": data for i in samples for ext, data in i.members.items()}
    wanted |= {f"{i.key}.mask.png": i.mask for i in samples if i.mask}
    assert kept == wanted


def _hole(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data))) > 0


def _pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def _dct(data: bytes, path: Path) -> jpeglib.DCTJPEG:
    path.write_bytes(data)
    return jpeglib.read_dct(str(path))


def _touched(picture: jpeglib.DCTJPEG, hole: np.ndarray, blocks: tuple[int, int]) -> np.ndarray:
    """Blocks of a plane in MCUs that the hole touches, bool (rows, columns): spread the hole over whole MCUs."""
    down, across = (int(v) for v in picture.samp_factor[0])  # of the luma, which is the largest
    side = 8 * down, 8 * across
    rows_, columns = (-(-n // s) for n, s in zip(hole.shape, side, strict=True))
    padded = np.zeros((rows_ * side[0], columns * side[1]), bool)
    padded[: hole.shape[0], : hole.shape[1]] = hole
    mcus = padded.reshape(rows_, side[0], columns, side[1]).any((1, 3))
    per_mcu = [max(1, round(b / m)) for b, m in zip(blocks, mcus.shape, strict=True)]
    return mcus.repeat(per_mcu[0], 0).repeat(per_mcu[1], 1)[: blocks[0], : blocks[1]]
