"""Labelled pairs from clean photographs: a drawn overlay, and the truth about every pixel of it."""

from __future__ import annotations

import io
import json
import re
import tarfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from cluster.sources.sample import is_image
from operators.ingest import decode
from operators.picture import UnreadableImage
from operators.render import FontBook, Overlay, render_overlay

PER_SHARD = 100
MAX_PIXELS = 100_000_000
LEAST_ALPHA = 0.05  # from which a pixel belongs to the mask
FOLDERS = {"input": "input", "target": "target", "mask": "mask", "alpha": "alpha", "json": "meta"}


@dataclass(frozen=True)
class Settings:
    """per_kind: pairs of each kind. quality: JPEG quality of the inputs, 0 for PNG. max_side: longer photographs are
    shrunk to it, 0 for none."""

    kinds: tuple[str, ...]
    per_kind: int = 20
    seed: int = 0
    quality: int = 90
    max_side: int = 1024


@dataclass(frozen=True)
class Drawn:
    """One pair. members: (name behind the key, bytes), the names input.jpg or input.png, target.png, mask.png,
    alpha.png and json."""

    key: str
    members: list[tuple[str, bytes]]


@dataclass
class Skipped:
    """Photographs that gave no pair of some kind, and why."""

    reasons: dict[str, str] = field(default_factory=dict)


def photographs(folder: Path) -> list[Path]:
    """All pictures below the folder, sorted by path."""
    return sorted(path for path in folder.rglob("*") if is_image(path.name) and path.is_file())


def draw_pairs(folder: Path, fonts: FontBook, settings: Settings, skipped: Skipped) -> Iterator[Drawn]:
    """`per_kind` pairs of every kind; each follows from (seed, kind, its number, the photographs' names) alone.

    What cannot be used is noted in `skipped` and the next photograph takes its place; a kind that suits no photograph
    gives fewer pairs.
    """
    paths = photographs(folder)
    for kind in settings.kinds:
        order = np.random.default_rng([settings.seed, zlib.crc32(kind.encode())]).permutation(len(paths))
        made, unusable = 0, set[Path]()
        for attempt in count():
            if made == settings.per_kind or len(unusable) == len(paths):
                break
            path = paths[order[attempt % len(paths)]]
            if path in unusable:
                continue
            try:
                yield _draw(path, folder, kind, (made, attempt), fonts, settings)
                made += 1
            except ValueError as error:  # unreadable, or too small for this kind
                unusable.add(path)
                skipped.reasons.setdefault(path.relative_to(folder).as_posix(), str(error))


def write_folders(pairs: Iterable[Drawn], out: Path) -> Iterator[str]:
    """Write OUT/{input,target,mask,alpha,meta}/KEY.*. Yields each key once its files are there."""
    for pair in pairs:
        for name, data in pair.members:
            role, _, extension = name.rpartition(".")
            path = out / FOLDERS[role or name] / f"{pair.key}.{extension}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        yield pair.key


def write_tars(pairs: Iterable[Drawn], out: Path) -> Iterator[str]:
    """Write OUT/00000.tar and on, `PER_SHARD` pairs in each. Yields each key once it is written."""
    shard: tarfile.TarFile | None = None
    try:
        for number, pair in enumerate(pairs):
            if number % PER_SHARD == 0:
                if shard is not None:
                    shard.close()
                shard = tarfile.open(out / f"{number // PER_SHARD:05d}.tar", "w", format=tarfile.USTAR_FORMAT)  # noqa: SIM115
            assert shard is not None
            for name, data in pair.members:
                entry = tarfile.TarInfo(f"{pair.key}.{name}")
                entry.size, entry.mode = len(data), 0o644
                shard.addfile(entry, io.BytesIO(data))
            yield pair.key
    finally:
        if shard is not None:
            shard.close()


def _draw(
    path: Path, folder: Path, kind: str, number: tuple[int, int], fonts: FontBook, settings: Settings
) -> Drawn:
    """number: of the pair within its kind, and of the attempt, which decides the overlay. Raises `ValueError`."""
    photo = _photo(path, settings.max_side)
    rng = np.random.default_rng([settings.seed, zlib.crc32(kind.encode()), number[1]])
    overlay = render_overlay(photo, kind, rng, fonts)
    name = re.sub(r"[^\w-]+", "_", path.stem, flags=re.ASCII)[:60]
    key = f"{kind}_{number[0]:04d}_{name}"
    note = _note(overlay, path.relative_to(folder).as_posix(), number[1], settings)
    alpha = np.rint(overlay.alpha * 65535).astype(np.uint16)
    mask = (overlay.alpha > LEAST_ALPHA).astype(np.uint8) * 255
    return Drawn(key, [_input(overlay.image, settings.quality), ("target.png", _encoded(".png", photo[:, :, ::-1])),
                       ("mask.png", _encoded(".png", mask)), ("alpha.png", _encoded(".png", alpha)),
                       ("json", (json.dumps(note, ensure_ascii=False) + "\n").encode())])


def _photo(path: Path, max_side: int) -> np.ndarray:
    """(H, W, 3) uint8, upright. Raises `ValueError`."""
    try:
        photo = np.ascontiguousarray(decode(path.read_bytes(), max_pixels=MAX_PIXELS).rgb8())
    except (UnreadableImage, OSError) as error:
        raise ValueError(f"cannot be read: {error}") from error
    scale = max_side / max(photo.shape[:2]) if max_side else 1.0
    if scale >= 1:
        return photo
    size = max(round(photo.shape[1] * scale), 1), max(round(photo.shape[0] * scale), 1)
    return cv2.resize(photo, size, interpolation=cv2.INTER_AREA)


def _note(overlay: Overlay, photo: str, attempt: int, settings: Settings) -> dict[str, Any]:
    height, width = overlay.alpha.shape
    return {"kind": overlay.kind, "texts": [region.text for region in overlay.regions],
            "quads": [[[round(float(v), 1) for v in point] for point in r.quad] for r in overlay.regions],
            "seed": settings.seed, "attempt": attempt, "photo": photo, "width": width, "height": height,
            "quality": settings.quality}


def _input(rgb8: np.ndarray, quality: int) -> tuple[str, bytes]:
    bgr = rgb8[:, :, ::-1]
    if not quality:
        return "input.png", _encoded(".png", bgr)
    return "input.jpg", _encoded(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])


def _encoded(extension: str, array: np.ndarray, options: Sequence[int] = ()) -> bytes:
    done, data = cv2.imencode(extension, array, list(options))
    if not done:
        raise ValueError(f"a picture of {array.shape} {array.dtype} cannot be encoded as {extension}")
    return data.tobytes()
