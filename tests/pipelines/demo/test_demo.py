"""The demo's data set: what the promise of the demo rests on."""

from __future__ import annotations

import io
import json
import tarfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from operators.ingest import decode
from operators.picture import UnreadableImage
from operators.render import KINDS
from pipelines.demo.build import BROKEN, CLEAN, Built, build
from pipelines.demo.compare import Comparison, lines
from pipelines.demo.photographs import VIEWS, photograph

Sample = dict[str, bytes]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    build(folder)
    return folder


@pytest.fixture(scope="module")
def samples(folder: Path) -> dict[str, Sample]:
    found: dict[str, Sample] = {}
    for shard in sorted((folder / "input").glob("*.tar")):
        with tarfile.open(shard) as tar:
            for member in tar:
                key, _, extension = member.name.partition(".")
                found.setdefault(key, {})[extension] = tar.extractfile(member).read()  # type: ignore[union-attr]
    return found


def picture(sample: Sample) -> bytes:
    return next(data for extension, data in sample.items() if extension in ("jpg", "png", "webp"))


def test_enough_pictures_of_every_kind(samples: dict[str, Sample], folder: Path) -> None:
    """Catches a demo that shows less than it promises: 24 pictures, eight kinds, clean ones, one broken."""
    notes = {key: json.loads(sample["json"]) for key, sample in samples.items()}
    kinds = Counter(note["overlay"] for note in notes.values() if note["overlay"])
    assert set(kinds) == set(KINDS) and min(kinds.values()) >= 3 and sum(kinds.values()) >= 24
    assert {key for key, note in notes.items() if not note["overlay"]} == {*CLEAN, BROKEN}
    assert len(list((folder / "input").glob("*.tar"))) == 3 and all(sample["txt"] for sample in samples.values())


def test_pictures_are_distinct_and_of_several_formats(samples: dict[str, Sample]) -> None:
    """Catches two views that are one picture, and a demo that only knows JPEG in colour."""
    views = [photograph(view) for view in VIEWS]
    assert len({view.tobytes() for view in views}) == len(views)
    assert {view.shape for view in views} == {(480, 640, 3), (640, 480, 3)}
    opened = [Image.open(io.BytesIO(picture(sample))) for key, sample in samples.items() if key != BROKEN]
    assert {image.format for image in opened} == {"JPEG", "PNG", "WEBP"}
    assert {"L", "RGB"} <= {image.mode for image in opened}


def test_only_the_broken_one_is_unreadable(samples: dict[str, Sample]) -> None:
    """Catches a broken file that still decodes, and a good one that does not."""
    for key, sample in samples.items():
        if key == BROKEN:
            with pytest.raises(UnreadableImage):
                decode(picture(sample), max_pixels=10**7)
        else:
            decode(picture(sample), max_pixels=10**7)


def test_the_truth_fits_the_pictures(samples: dict[str, Sample], folder: Path) -> None:
    """Catches truth that belongs to another picture: away from the overlay, picture and truth agree up to encoding."""
    for view in VIEWS:
        shown = decode(picture(samples[view.key]), max_pixels=10**7).rgb8().astype(np.float32)
        clean = np.asarray(Image.open(folder / "truth" / f"{view.key}.png"), np.float32)
        alpha = np.asarray(Image.open(folder / "truth" / f"{view.key}.alpha.png"))
        assert (alpha > 0).any() == (view.key not in CLEAN), view.key
        error = np.abs(shown - clean).mean(2)
        assert error[alpha == 0].mean() < 8, view.key
        if view.key not in CLEAN:
            assert error[alpha > 40].mean() > 1.2 * error[alpha == 0].mean(), view.key


def test_the_same_bytes_every_time(folder: Path, tmp_path: Path) -> None:
    """Catches a demo that is another one on every machine."""
    again: Built = build(tmp_path)
    assert [path.read_bytes() for path in again.shards] == [
        path.read_bytes() for path in sorted((folder / "input").glob("*.tar"))]


def test_comparison_by_kind() -> None:
    """Catches means over the wrong pictures, and pictures without overlay that are dropped."""
    found = lines([Comparison("a", "meme", 100, 10, 0.0), Comparison("b", "meme", 50, 20, 0.5),
                   Comparison("c", "", 0, 0, 0.0)])
    assert [line.split() for line in found[1:]] == [["meme", "2", "75.0", "15.0", "25.00%"], ["none", "1", "0.00%"]]
