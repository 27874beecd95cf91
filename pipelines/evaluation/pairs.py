"""Pairs of pictures, with and without overlay, in folders or tars. Listing them reads no pixels."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from cluster.addresses import base_name, join
from cluster.sources import SourceError
from cluster.sources.folder import FolderSource
from cluster.sources.inputs import files_of
from cluster.sources.sample import is_image
from cluster.sources.webdataset import WebDatasetSource
from cluster.storage import Entry, open_input, read_bytes
from pipelines.complaint import UsageError

ROLES = ("input", "target", "mask", "alpha", "meta")
TARS = (".tar", ".tar.gz", ".tgz")
LAYOUT = """Expected is a folder of pairs, files of one stem belonging together:
  input/a.jpg  target/a.png  [mask/a.png]  [alpha/a.png]  [meta/a.json]
or a folder or tars with a.input.jpg  a.target.png  [a.mask.png]  [a.alpha.png]  [a.json].
`cleanplate synth PHOTOS OUT` makes such pairs from clean photographs."""


@dataclass(frozen=True)
class Part:
    """One file of a pair. address: of the file, or of the tar that holds `size` bytes of it from `offset` on."""

    address: str
    name: str
    offset: int = 0
    size: int = -1

    def read(self) -> bytes:
        """Raises `OSError`."""
        if self.size < 0:
            return read_bytes(self.address)
        with open_input(self.address) as file:
            stream = gzip.GzipFile(fileobj=file) if self.address.endswith(("gz", ".tgz")) else file
            stream.seek(self.offset)
            return stream.read(self.size)


@dataclass
class Pair:
    """parts: by role, one of ROLES. problem: why there is nothing to compare, "" for a good pair."""

    key: str
    parts: dict[str, Part] = field(default_factory=dict)
    problem: str = ""

    def add(self, role: str, part: Part) -> None:
        if role in self.parts:
            self.problem = f"two files are its {role}: {self.parts[role].name} and {part.name}"
        self.parts[role] = part

    def checked(self) -> Pair:
        missing = [role for role in ("input", "target") if role not in self.parts]
        if missing and not self.problem:
            self.problem = f"no {' and no '.join(missing)}"
        return self


def find_pairs(address: str) -> list[Pair]:
    """All pairs of a folder, of tars (brace ranges, globs) or of a folder of tars; by key, tars in their own order.

    A pair that lacks a part comes with its problem. Raises `UsageError` when there is not one pair.
    """
    try:
        places = [(root, FolderSource(root).files([]) if entries is None else entries)
                  for root, entries in files_of(address)]
    except SourceError as error:
        raise UsageError(f"{error}\n{LAYOUT}") from error
    pairs = sorted(_grouped(_loose(places)), key=lambda pair: pair.key)
    if not pairs:
        pairs = _of_tars([part.address for part in _loose(places) if part.name.lower().endswith(TARS)])
    if not any(pair.problem == "" for pair in pairs):
        near = f" (the first of {len(pairs)} keys, {pairs[0].key}: {pairs[0].problem})" if pairs else ""
        raise UsageError(f"no pairs in {address}{near}\n{LAYOUT}")
    return pairs


def role_of(name: str) -> tuple[str, str] | None:
    """(role, key) of a file by its path; None for what belongs to no pair."""
    path = PurePosixPath(name)
    first, below = path.parts[0], "/".join(path.parts[1:])
    suits = is_image(name), path.suffix.lower() == ".json"
    if first in ROLES and below:
        return (first, below.removesuffix(path.suffix)) if suits[first == "meta"] else None
    stem = str(path).removesuffix(path.suffix)
    key, dot, role = stem.rpartition(".")
    if suits[0] and dot and key and role in ROLES[:4]:
        return role, key
    return ("meta", stem) if suits[1] else None


def _loose(places: Iterable[tuple[str, list[Entry]]]) -> list[Part]:
    return [Part(join(root, entry.name), entry.name) for root, entries in places for entry in entries]


def _grouped(parts: Iterable[Part]) -> list[Pair]:
    """Pairs in the order of their first file; notes without a picture are none."""
    pairs: dict[str, Pair] = {}
    for part in parts:
        found = role_of(part.name)
        if found:
            pairs.setdefault(found[1], Pair(found[1])).add(found[0], part)
    return [pair.checked() for pair in pairs.values() if pair.parts.keys() & {"input", "target"}]


def _of_tars(archives: list[str]) -> list[Pair]:
    """A key that an earlier tar has, too, is told apart by the name of its tar."""
    pairs: dict[str, Pair] = {}
    for address in archives:
        for pair in _of_tar(address):
            if pair.key in pairs:
                pair.key = f"{base_name(address)}/{pair.key}"
            pairs[pair.key] = pair
    return list(pairs.values())


def _of_tar(address: str) -> Iterator[Pair]:
    parts: list[Part] = []
    problems: list[Pair] = []
    for sample in WebDatasetSource(address).list_samples():
        if sample.problem:
            problems.append(Pair(sample.key, problem=sample.problem))
            continue
        parts += [Part(address, name, offset, size)
                  for name, offset, size in zip(sample.names, sample.offsets, sample.sizes, strict=True)]
    yield from _grouped(parts)
    yield from problems
