"""Where pictures come from. `open_sources` finds the kind of an input; one class a file knows that kind."""

from __future__ import annotations

from collections import defaultdict

from cluster.addresses import join
from cluster.sources.folder import FolderSource
from cluster.sources.inputs import files_of, labels
from cluster.sources.parquet import ParquetSource
from cluster.sources.sample import Sample, Source, SourceError, is_image
from cluster.sources.webdataset import WebDatasetSource
from cluster.storage import Entry

_TARS = (".tar", ".tar.gz", ".tgz")
_TABLES = (".parquet", ".pq")


def open_sources(inputs: list[str], image_column: str | None = None) -> list[Source]:
    """The sources behind folders, globs, tars (brace ranges) and parquet files, in the order given.

    All must be of one kind, because one job writes one kind of dataset. A folder is its pictures when it has any,
    otherwise its tars or its parquet files. Raises `SourceError`.
    """
    found: dict[str, list[tuple[str, list[Entry] | None]]] = defaultdict(list)
    for text in inputs:
        for root, entries in files_of(text):
            for kind, files in _by_kind(root, entries, text).items():
                found[kind].append((root, files))
    if len(found) > 1:
        raise SourceError(f"the inputs are of several kinds ({', '.join(sorted(found))}): give each a job of its own")
    if not found:
        raise SourceError("no input given")
    kind, places = next(iter(found.items()))
    return _folders(places) if kind == "folder" else _archives(kind, places, image_column)


def reopen(kind: str, address: str, image_column: str | None = None) -> Source:
    """The source of a plan's rows, on a worker."""
    if kind == "folder":
        return FolderSource(address)
    return WebDatasetSource(address) if kind == "webdataset" else ParquetSource(address, image_column)


def _by_kind(root: str, entries: list[Entry] | None, text: str) -> dict[str, list[Entry] | None]:
    """A folder whose pictures its source lists itself gives {folder: None}."""
    listed = FolderSource(root).files([]) if entries is None else entries
    kinds = {
        "folder": [e for e in listed if is_image(e.name)],
        "webdataset": [e for e in listed if e.name.lower().endswith(_TARS)],
        "parquet": [e for e in listed if e.name.lower().endswith(_TABLES)],
    }
    given = {kind: files for kind, files in kinds.items() if files}
    if entries is None and given:
        kind = next(iter(given))
        return {kind: None if kind == "folder" else given[kind]}
    if not given:
        raise SourceError(f"{text}: no pictures, tars or parquet files there")
    return dict(given)


def _folders(places: list[tuple[str, list[Entry] | None]]) -> list[Source]:
    """Files given one by one or by globs below one root make one source; several roots are told apart by a prefix."""
    whole = {root for root, entries in places if entries is None}
    single: dict[str, dict[str, Entry]] = defaultdict(dict)
    for root, entries in places:
        if root not in whole:
            single[root] |= {e.name: e for e in entries or ()}
    roots = list(dict.fromkeys(root for root, _ in places))
    names = labels(roots)
    return [FolderSource(root, None if root in whole else sorted(single[root].values(), key=lambda e: e.name),
                         names[root] + "/" if len(roots) > 1 else "") for root in roots]


def _archives(kind: str, places: list[tuple[str, list[Entry] | None]], image_column: str | None) -> list[Source]:
    addresses = list(dict.fromkeys(join(root, e.name) for root, entries in places for e in entries or ()))
    if kind == "webdataset":
        return [WebDatasetSource(address) for address in addresses]
    names = labels(addresses)
    return [ParquetSource(address, image_column, names[address]) for address in addresses]


__all__ = ["Sample", "Source", "SourceError", "open_sources", "reopen"]
