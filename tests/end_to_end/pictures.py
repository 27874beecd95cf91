"""Small photographs with rendered overlays and the masks of these, as the three kinds of input."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

from operators.render import KINDS, FontBook, render_overlay
from pipelines.demo.encode import ENCODINGS, Encoding, encode
from pipelines.demo.photographs import VIEWS, photograph

SIZE = (208, 152)  # no multiple of a 16 px MCU, so that edge blocks are padded
CLEAN_EVERY = 7  # one picture in so many has no overlay
PER_TAR = 100
_PHOTOGRAPHS = 12
_VISIBLE = 0.02  # alpha above which a mask covers the pixel
LOSSLESS = (Encoding("png", "PNG"), Encoding("webp", "WEBP", {"lossless": True}), Encoding("tif", "TIFF"),
            Encoding("bmp", "BMP"))


@dataclass(frozen=True)
class Item:
    """One sample. key: without extension. mask: PNG, 255 where overlay was drawn; None on a clean picture."""

    key: str
    extension: str
    data: bytes
    mask: bytes | None = None
    members: dict[str, bytes] = field(default_factory=dict)  # extension → bytes of what we do not know

    @property
    def name(self) -> str:
        return f"{self.key}.{self.extension}"


@lru_cache(maxsize=4)
def photographs(size: tuple[int, int] = SIZE) -> list[np.ndarray]:
    """(H, W, 3) uint8 each."""
    wide = [view for view in VIEWS if not view.upright][:_PHOTOGRAPHS]
    return [np.asarray(Image.fromarray(photograph(view)).resize(size)) for view in wide]


def items(count: int, encodings: Iterable[Encoding] = ENCODINGS, size: tuple[int, int] = SIZE) -> list[Item]:
    """The same bytes every time; no two pictures are equal."""
    kinds, fonts = list(encodings), FontBook.bundled()
    return [_item(i, kinds[i % len(kinds)], fonts, size) for i in range(count)]


def _item(i: int, encoding: Encoding, fonts: FontBook, size: tuple[int, int]) -> Item:
    photos = photographs(size)
    shown = np.roll(photos[i % len(photos)], 5 * (i // len(photos)), axis=1)
    mask = None
    if i % CLEAN_EVERY != CLEAN_EVERY - 1:
        overlay = render_overlay(shown, KINDS[i % len(KINDS)], np.random.default_rng(i), fonts)
        shown, mask = overlay.image, png(painted_over(overlay.alpha))
    members = {"json": json.dumps({"number": i}).encode(), "txt": f"caption {i}".encode(), "cls": str(i % 10).encode()}
    return Item(f"p{i:04d}", encoding.extension, encode(shown, encoding, grey=False), mask, members)


def painted_over(alpha: np.ndarray) -> np.ndarray:
    """A mask as people draw it: uint8 (H, W), 255 on all that is overlay and a little around it."""
    return cv2.dilate((alpha > _VISIBLE).astype(np.uint8) * 255, np.ones((7, 7), np.uint8))


def png(raster: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(raster).save(buffer, "PNG")
    return buffer.getvalue()


def write_folder(root: Path, samples: Iterable[Item]) -> Path:
    """A tree of folders with ten pictures each and their masks beside them."""
    for number, item in enumerate(samples):
        folder = root / f"d{number // 10:03d}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / item.name).write_bytes(item.data)
        if item.mask:
            (folder / f"{item.key}.mask.png").write_bytes(item.mask)
    return root


def write_tars(root: Path, samples: list[Item], per_tar: int = PER_TAR) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    for number, start in enumerate(range(0, len(samples), per_tar)):
        members = [m for item in samples[start : start + per_tar] for m in tar_members(item)]
        write_tar(root / f"{number:05d}.tar", members)
    return root


def tar_members(item: Item) -> list[tuple[str, bytes]]:
    mask = {"mask.png": item.mask} if item.mask else {}
    return [(item.name, item.data)] + [(f"{item.key}.{ext}", data) for ext, data in {**item.members, **mask}.items()]


def write_tar(path: Path, members: Iterable[tuple[str, bytes]]) -> Path:
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


def write_parquet(path: Path, samples: list[Item], row_group_size: int = 50) -> Path:
    """As Hugging Face datasets write it: pictures as struct{bytes, path}, masks and labels beside them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.table({
        "key": [item.key for item in samples],
        "image": pa.array([{"bytes": item.data, "path": item.name} for item in samples],
                          pa.struct([("bytes", pa.binary()), ("path", pa.string())])),
        "mask": pa.array([item.mask for item in samples], pa.binary()),
        "label": pa.array(range(len(samples)), pa.int64()),
    })
    pq.write_table(table, path, row_group_size=row_group_size)
    return path
