"""WebDataset tars: members that share their path up to the first dot of the base name are one sample."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from cluster.addresses import base_name
from cluster.sources.sample import MASK_SUFFIX, Sample, Source, failed_record, is_image, record_of
from cluster.storage import open_input, stat, with_retries
from operators.record import ImageRecord

_GAP = 1 << 16  # ranges nearer than this are read in one request


@dataclass(frozen=True)
class Member:
    name: str
    offset: int
    size: int
    cut: bool = False  # the file ends before the member does


class WebDatasetSource(Source):
    kind = "webdataset"

    def list_samples(self) -> Iterator[Sample]:
        members: list[Member] = []
        problem = self._list_members(members)
        groups: dict[str, list[Member]] = {}
        for member in members:
            groups.setdefault(sample_key(member.name), []).append(member)
        for key, group in groups.items():
            yield from self._samples(key, group)
        if problem:
            yield Sample(base_name(self.address), self.address, "", problem_class="BrokenTar", problem=problem)

    def read(self, samples: list[Sample]) -> list[ImageRecord]:
        good = [s for s in samples if not s.problem]
        try:
            files = with_retries(lambda: self._read_ranges(good))
        except (OSError, EOFError) as error:
            return [failed_record(s, type(error).__name__, f"{self.address}: {error}") for s in samples]
        return [self._record(s, files) for s in samples]

    def _record(self, sample: Sample, files: dict[int, bytes]) -> ImageRecord:
        if sample.problem:
            return failed_record(sample, sample.problem_class, sample.problem)
        data = [files[offset] for offset in sample.offsets]
        if any(len(d) != size for d, size in zip(data, sample.sizes, strict=True)):
            return failed_record(sample, "TruncatedTar", f"{self.address} is shorter than when it was planned")
        if not sample.name:
            return record_of(sample, b"", list(zip(sample.names, data, strict=True)))
        return record_of(sample, data[0], list(zip(sample.names[1:], data[1:], strict=True)))

    def _list_members(self, members: list[Member]) -> str:
        """Append what can be listed; the reason why the rest cannot, or nothing."""
        try:
            with self._open() as file:
                return _walk(file, members, None if self._zipped else stat(self.address)[1])
        except (OSError, EOFError, tarfile.TarError) as error:
            return f"{self.address}: {error}"

    def _samples(self, key: str, group: list[Member]) -> Iterator[Sample]:
        """A name that occurs twice starts a sample of its own: an archive that was appended to holds two pictures,
        and each must come out."""
        rounds: list[dict[str, Member]] = [{}]
        for member in group:
            free = next((r for r in rounds if member.name not in r), None)
            if free is None:
                rounds.append(free := {})
            free[member.name] = member
        for i, members in enumerate(rounds):
            yield from self._of_pictures(key, "" if i == 0 else f"#{i + 1}", list(members.values()))

    def _of_pictures(self, key: str, mark: str, members: list[Member]) -> Iterator[Sample]:
        """One sample a picture; the first keeps the key and all other members, the next are keyed by their names."""
        pictures = _pictures(members)
        rest = [m for m in members if m not in pictures and not m.cut]
        if not pictures:
            yield self._sample(key + mark, "", rest)
            return
        yield self._sample(key + mark, pictures[0].name, [pictures[0], *rest])
        for picture in pictures[1:]:
            yield self._sample(picture.name + mark, picture.name, [picture], joined=True)

    def _sample(self, key: str, name: str, members: list[Member], joined: bool = False) -> Sample:
        sample = Sample(key, self.address, name, [m.name for m in members], [m.offset for m in members],
                        [m.size for m in members], joined=joined)
        if members and members[0].cut:
            sample.problem_class, sample.problem = "TruncatedTar", f"{name} is cut off by the end of {self.address}"
        return sample

    @property
    def _zipped(self) -> bool:
        return self.address.endswith(("gz", ".tgz"))

    def _open(self) -> BinaryIO:
        file = open_input(self.address)
        return io.BufferedReader(gzip.GzipFile(fileobj=file)) if self._zipped else file  # type: ignore[arg-type,return-value]

    def _read_ranges(self, samples: list[Sample]) -> dict[int, bytes]:
        """The bytes of all members by offset, in coalesced reads from front to back."""
        wanted = sorted({(o, n) for s in samples for o, n in zip(s.offsets, s.sizes, strict=True)})
        files: dict[int, bytes] = {}
        with self._open() as file:
            for start, end, parts in _coalesce(wanted):
                file.seek(start)
                data = file.read(end - start)
                files |= {o: data[o - start : o - start + n] for o, n in parts}
        return files


def sample_key(name: str) -> str:
    """`a/b.c.jpg` → `a/b`. A base name that starts with a dot is its own key."""
    folder, slash, base = name.rpartition("/")
    return folder + slash + (base.partition(".")[0] or base)


def _pictures(members: list[Member]) -> list[Member]:
    """`key.jpg` is a picture, and so is `key.png` beside it. `key.left.jpg` is one only where there is no plain one,
    because depth maps and segmentations are named like that. `key.mask.png` never is."""
    images = [m for m in members if is_image(m.name) and not m.name.lower().endswith(MASK_SUFFIX)]
    plain = [m for m in images if PurePosixPath(m.name).name.count(".") == 1]
    return plain or images


def _walk(file: BinaryIO, members: list[Member], length: int | None) -> str:
    """Tarfile ends a damaged archive in silence, so look at what stands where it stopped."""
    tar: Any = tarfile.open(fileobj=file, mode="r:")  # noqa: SIM115 - closing it would close the file
    seen: dict[str, Member] = {}
    for info in tar:
        name = info.name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        if info.isfile():
            end = info.offset_data + info.size
            member = Member(name, info.offset_data, info.size, length is not None and end > length)
        elif info.islnk() and info.linkname in seen:
            member = Member(name, seen[info.linkname].offset, seen[info.linkname].size)
        else:
            continue
        seen[info.name] = member
        members.append(member)
        tar.members.clear()  # or it keeps every header of a large tar
        if member.cut:
            return f"the archive ends inside {member.name}, after {length} bytes"
    file.seek(tar.offset)
    mark = file.read(512)
    if not mark:
        return "the archive has no end mark: it may have been cut off"
    return f"unreadable header at byte {tar.offset}" if mark.strip(b"\0") else ""


def _coalesce(ranges: list[tuple[int, int]]) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    parts: list[tuple[int, int]] = []
    end = 0
    for offset, size in ranges:
        if parts and offset > end + _GAP:
            yield parts[0][0], end, parts
            parts = []
        parts.append((offset, size))
        end = max(end, offset + size) if len(parts) > 1 else offset + size
    if parts:
        yield parts[0][0], end, parts
