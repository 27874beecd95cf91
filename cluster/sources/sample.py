"""A sample of the input as the plan knows it, and what a source has to offer."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import ClassVar

from operators.record import ImageRecord, Status

IMAGE_EXTENSIONS = frozenset({
    "jpg", "jpeg", "jpe", "jfif", "mpo", "png", "apng", "webp", "tif", "tiff", "bmp", "dib", "gif", "ppm", "pgm", "pbm",
    "pnm", "jp2", "j2k", "avif", "heic", "heif",
})
MASK_SUFFIX = ".mask.png"
NO_IMAGE = "no image member"


class SourceError(ValueError):
    """The input as a whole cannot be used. The message says what to give instead."""


@dataclass(slots=True)
class Sample:
    """One picture with the files that belong to it, or one file of the input that nothing could be listed from.

    key: unique within its source. name: of the picture, empty when the sample has none.
    names, offsets, sizes: of all its files, the picture first; offsets are bytes into a tar, rows of a table.
    problem_class, problem: why there is no picture to read; empty for a good sample.
    joined: belongs to the sample before it and must stay in its chunk.
    """

    key: str
    source: str
    name: str
    names: list[str] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    problem_class: str = ""
    problem: str = ""
    joined: bool = False

    @property
    def bytes(self) -> int:
        return sum(self.sizes)


class Source(ABC):
    """One folder tree, tar or table. Listing reads no pixels; reading never raises for one sample."""

    kind: ClassVar[str]

    def __init__(self, address: str) -> None:
        self.address = address

    @abstractmethod
    def list_samples(self) -> Iterator[Sample]:
        """All samples in their order. What cannot be listed is a sample with a problem, never an exception."""

    @abstractmethod
    def read(self, samples: list[Sample]) -> list[ImageRecord]:
        """Consecutive samples of this source → their records, in the same order."""


def is_image(name: str) -> bool:
    return PurePosixPath(name).suffix[1:].lower() in IMAGE_EXTENSIONS


def record_of(sample: Sample, image: bytes, members: list[tuple[str, bytes]]) -> ImageRecord:
    """The open record of a sample that could be read; one without a picture is already closed."""
    record = ImageRecord(key=sample.key, image=image, source=sample.source, name=sample.name, members=members)
    if sample.name:
        record.sha256 = hashlib.sha256(image).hexdigest()
    else:
        record.status, record.reason, record.result = Status.UNTOUCHED, NO_IMAGE, b""
    return record


def failed_record(sample: Sample, error_class: str, error: str) -> ImageRecord:
    """The closed record of a sample that could not be read."""
    record = ImageRecord(key=sample.key, image=b"", source=sample.source, name=sample.name)
    record.fail("read", error_class, error, readable=False)
    return record
