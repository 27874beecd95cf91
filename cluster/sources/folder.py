"""A folder tree of pictures. The key is the path below the folder with its extension, so no two are the same."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator

from cluster.addresses import is_local, join
from cluster.sources.sample import MASK_SUFFIX, Sample, Source, failed_record, is_image, record_of
from cluster.storage import Entry, list_files, read_bytes, with_retries
from operators.record import ImageRecord

PLAN_FILE = "_plan.json"  # marks an output folder of ours: it is not input when it lies inside the input


class FolderSource(Source):
    kind = "folder"

    def __init__(self, address: str, entries: list[Entry] | None = None, prefix: str = "") -> None:
        """entries: only these files, for a glob. prefix: laid before the keys, to tell several folders apart."""
        super().__init__(address)
        self.entries, self.prefix = entries, prefix

    def list_samples(self) -> Iterator[Sample]:
        problems: list[Sample] = []
        entries = self.entries if self.entries is not None else self.files(problems)
        masks = _masks(entries)
        owned = {mask.name for mask in masks.values()}
        for entry in entries:
            if is_image(entry.name) and entry.name not in owned:
                yield self._sample(entry, masks.get(_stem(entry.name)))
        yield from problems

    def read(self, samples: list[Sample]) -> list[ImageRecord]:
        return [self._read_one(sample) for sample in samples]

    def _sample(self, entry: Entry, mask: Entry | None) -> Sample:
        if _not_text(entry.name):
            key = entry.name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
            return self._problem(key, "UnreadableName", "the file name is not UTF-8: rename the file")
        files = [entry, mask] if mask else [entry]
        return Sample(self.prefix + entry.name, self.address, entry.name, [f.name for f in files], [0] * len(files),
                      [f.size for f in files])

    def _problem(self, name: str, error_class: str, error: str) -> Sample:
        return Sample(self.prefix + name, self.address, "", problem_class=error_class, problem=error)

    def _read_one(self, sample: Sample) -> ImageRecord:
        try:
            first, *rest = [(n, self._read_file(n)) for n in sample.names]
        except OSError as error:
            return failed_record(sample, type(error).__name__, f"{sample.name}: {error.strerror or error}")
        return record_of(sample, first[1], rest)

    def _read_file(self, name: str) -> bytes:
        place = join(self.address, name)
        if is_local(place) and not stat.S_ISREG(os.stat(place).st_mode):  # noqa: PTH116
            raise OSError(errno.EINVAL, "not a file that can be read (a pipe, socket or device)")
        return with_retries(lambda: read_bytes(place))

    def files(self, problems: list[Sample]) -> list[Entry]:
        """All files below the folder, sorted by name; folders that cannot be listed are appended to `problems`."""
        if not is_local(self.address):
            return _without_outputs(list_files(self.address))
        return sorted(self._walk("", (), problems), key=lambda entry: entry.name)

    def _walk(self, below: str, above: tuple[tuple[int, int], ...], problems: list[Sample]) -> Iterator[Entry]:
        """Follow symbolic links, but never into a folder that we are already inside of."""
        folder = join(self.address, below) if below else self.address
        try:
            status = os.stat(folder)  # noqa: PTH116
            with os.scandir(folder) as listing:
                items = sorted(listing, key=lambda item: item.name)
        except OSError as error:
            reason = f"the folder cannot be listed: {error.strerror}"
            problems.append(self._problem(below or ".", type(error).__name__, reason))
            return
        here = (status.st_dev, status.st_ino)
        if here in above or (below and any(item.name == PLAN_FILE for item in items)):
            return
        for item in items:
            name = f"{below}/{item.name}" if below else item.name
            if _is_folder(item):
                yield from self._walk(name, (*above, here), problems)
            else:
                yield Entry(name, _size(item))


def _masks(entries: list[Entry]) -> dict[str, Entry]:
    """`a.mask.png` belongs to every picture `a.*` beside it; without one it is a picture itself."""
    marks = {e.name[: -len(MASK_SUFFIX)]: e for e in entries if e.name.lower().endswith(MASK_SUFFIX)}
    stems = {_stem(e.name) for e in entries if is_image(e.name) and not e.name.lower().endswith(MASK_SUFFIX)}
    return {stem: mask for stem, mask in marks.items() if stem in stems}


def _stem(name: str) -> str:
    return name.rpartition(".")[0]


def _without_outputs(entries: list[Entry]) -> list[Entry]:
    roots = tuple(e.name.removesuffix(PLAN_FILE) for e in entries if e.name.endswith("/" + PLAN_FILE))
    return [e for e in entries if not e.name.startswith(roots)] if roots else entries


def _not_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return True
    return False


def _is_folder(item: os.DirEntry[str]) -> bool:
    try:
        return item.is_dir()
    except OSError:
        return False


def _size(item: os.DirEntry[str]) -> int:
    """0 for what cannot be looked at, such as a dangling link: reading it says why."""
    try:
        return item.stat().st_size
    except OSError:
        return 0
