"""Shards of pictures with overlay, and beside them the truth: the clean pictures and the alpha of every overlay."""

from __future__ import annotations

import io
import json
import tarfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from operators.render import KINDS, FontBook, Overlay, render_overlay
from pipelines.demo.encode import ENCODINGS, encode
from pipelines.demo.photographs import VIEWS, View, is_grey, photograph

PER_SHARD = 12
CLEAN = frozenset({"chelsea_2", "flower_3", "gravel_1"})  # left without overlay: they must leave with their own bytes
BROKEN = "broken_1"


@dataclass(frozen=True)
class Built:
    """What was written. shards: paths. kinds: overlays by kind."""

    shards: list[Path]
    pictures: int
    kinds: dict[str, int]


@dataclass(frozen=True)
class Sample:
    """One picture with its members, and its truth."""

    key: str
    members: list[tuple[str, bytes]]
    kind: str


def build(folder: Path) -> Built:
    """Write folder/input/*.tar and folder/truth/. The same bytes every time.

    Raises `ModuleNotFoundError` without scikit-image, scikit-learn or matplotlib (its fonts are used).
    """
    truth = folder / "truth"
    truth.mkdir(parents=True, exist_ok=True)
    (folder / "input").mkdir(exist_ok=True)
    fonts, samples = FontBook.bundled(), []
    kinds = iter(KINDS * len(VIEWS))
    for index, view in enumerate(VIEWS):
        kind = "" if view.key in CLEAN else next(kinds)
        samples.append(_sample(view, index, kind, fonts, truth))
    samples.insert(len(samples) // 2, _broken(samples[0]))
    shards = [_shard(folder / "input" / f"{n:05d}.tar", samples[at : at + PER_SHARD])
              for n, at in enumerate(range(0, len(samples), PER_SHARD))]
    return Built(shards, len(samples), {kind: sum(s.kind == kind for s in samples) for kind in KINDS})


def _sample(view: View, index: int, kind: str, fonts: FontBook, truth: Path) -> Sample:
    photo, encoding, grey = photograph(view), ENCODINGS[index % len(ENCODINGS)], is_grey(view)
    shown = photo
    alpha, drawn = np.zeros(photo.shape[:2], np.float32), None
    if kind:
        drawn = render_overlay(photo, kind, np.random.default_rng(zlib.crc32(view.key.encode())), fonts)
        shown, alpha = drawn.image, drawn.alpha
    Image.fromarray(photo).save(truth / f"{view.key}.png")
    Image.fromarray(np.rint(alpha * 255).astype(np.uint8)).save(truth / f"{view.key}.alpha.png")
    (truth / f"{view.key}.json").write_text(json.dumps(_answer(kind, drawn), indent=1) + "\n")
    note = {"photograph": view.file, "overlay": kind or None, "grey": grey}
    members = [(encoding.extension, encode(shown, encoding, grey=grey)), ("json", json.dumps(note).encode()),
               ("txt", view.says.encode())]
    return Sample(view.key, members, kind)


def _answer(kind: str, drawn: Overlay | None) -> dict[str, object]:
    regions = drawn.regions if drawn else []
    return {"overlay": kind or None,
            "regions": [{"text": r.text, "quad": [[round(float(v), 1) for v in p] for p in r.quad]} for r in regions]}


def _broken(whole: Sample) -> Sample:
    """A copy whose download broke off: it must end in the failures table and cost no neighbour anything."""
    extension, content = whole.members[0]
    note = {"photograph": None, "overlay": None, "broken": "truncated"}
    return Sample(BROKEN, [(extension, content[: len(content) // 12]), ("json", json.dumps(note).encode()),
                           ("txt", b"a file whose download broke off")], "")


def _shard(path: Path, samples: list[Sample]) -> Path:
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
        for sample in samples:
            for extension, content in sample.members:
                entry = tarfile.TarInfo(f"{sample.key}.{extension}")
                entry.size, entry.mode = len(content), 0o644
                tar.addfile(entry, io.BytesIO(content))
    return path
