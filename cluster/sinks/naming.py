"""Names of output files: the input's own ones where the kind stays, targets of the plan where it changes."""

from __future__ import annotations

from dataclasses import dataclass

from cluster.sources.parquet import ROW_MEMBER
from cluster.sources.sample import IMAGE_EXTENSIONS
from operators.record import ImageRecord, Status

NOTE_SUFFIX, HOLE_SUFFIX = ".cleanplate.json", ".hole.png"
_MAGIC = (
    (b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"GIF8", "gif"), (b"BM", "bmp"), (b"II*\0", "tif"),
    (b"MM\0*", "tif"), (b"\0\0\0\x0cjP  ", "jp2"),
)


@dataclass
class Row:
    """A record as a sink writes it. target: the plan's name for other kinds of output. output_name: where its
    picture lies in the shard, filled in by the sink; empty when there is none."""

    record: ImageRecord
    target: str
    output_name: str = ""

    @property
    def written(self) -> bool:
        return self.record.status is not Status.FAILED


def extension(data: bytes) -> str:
    """The usual extension of encoded bytes, empty when they are of no format known here."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:12] in (b"ftypavif", b"ftypavis"):
        return "avif"
    return next((ext for magic, ext in _MAGIC if data.startswith(magic)), "")


def changed_extension(record: ImageRecord) -> str:
    """The new extension when the output is of another format than the input, otherwise empty. A file that always
    had the wrong name keeps it."""
    after = extension(record.result or b"")
    return after if record.status is Status.CLEANED and after != extension(record.image) else ""


def picture_extension(record: ImageRecord) -> str:
    """For a picture that gets a new name: its own extension where it has one, otherwise that of its format."""
    own = record.name.rpartition(".")[2].lower()
    return changed_extension(record) or (own if own in IMAGE_EXTENSIONS else extension(record.result or b"") or "img")


def member_rest(record: ImageRecord, name: str) -> str:
    """What distinguishes a member within its sample: `sub/a.mask.png` beside `sub/a.jpg` → `mask.png`."""
    base = name.rpartition("/")[2]
    return "json" if name == ROW_MEMBER else (base.partition(".")[2] or base)


def free(name: str, used: set[str]) -> str:
    """`name`, or the next one like it that is not used yet; marks it as used."""
    stem, dot, rest = name.rpartition(".")
    number, choice = 2, name
    while choice in used:
        choice = f"{stem}_{number}{dot}{rest}"
        number += 1
    used.add(choice)
    return choice
