"""OUT/00000.tar: the samples of a chunk, members of one sample side by side, the picture first."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator

from cluster.sinks.naming import (
    HOLE_SUFFIX,
    NOTE_SUFFIX,
    Row,
    changed_extension,
    free,
    member_rest,
    picture_extension,
)
from cluster.sinks.rows import note
from cluster.sinks.shard import Shard
from cluster.sinks.table_row import row_json
from cluster.sources.parquet import ROW_MEMBER
from cluster.sources.webdataset import sample_key


class WebDatasetShard(Shard):
    kind = "webdataset"

    def files(self, chunk: str, rows: list[Row]) -> Iterator[tuple[str, bytes]]:
        buffer, used = io.BytesIO(), set[str]()
        with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for row in rows:
                if row.written:
                    for name, data in self._members(row, used):
                        _add(tar, name, data)
        yield f"{chunk}.tar", buffer.getvalue()

    def _members(self, row: Row, used: set[str]) -> Iterator[tuple[str, bytes]]:
        record = row.record
        kept = self._kept(row)
        if record.name:
            row.output_name = free(self._picture_name(row), used)
            yield row.output_name, record.result or b""
        for name, data in kept:
            yield free(name, used), data
        if record.name:
            key = record.key if self.same else row.target
            yield free(key + NOTE_SUFFIX, used), json.dumps(note(row), indent=1).encode()
            if record.hole_png is not None:
                yield free(key + HOLE_SUFFIX, used), record.hole_png

    def _kept(self, row: Row) -> list[tuple[str, bytes]]:
        """The other members. Notes and holes of an earlier cleaning make room for the new ones."""
        record = row.record
        ours = (NOTE_SUFFIX, HOLE_SUFFIX) if record.hole_png is not None else (NOTE_SUFFIX,)
        members = [(n, d) for n, d in record.members if not n.endswith(ours)]
        if self.same:
            return [(_renamed(record.key, n), d) for n, d in members]
        return [(f"{row.target}.{member_rest(record, n)}", row_json(d) if n == ROW_MEMBER else d) for n, d in members]

    def _picture_name(self, row: Row) -> str:
        record = row.record
        if not self.same:
            return f"{row.target}.{picture_extension(record)}"
        name, changed = _renamed(record.key, record.name), changed_extension(record)
        return f"{name.rpartition('.')[0]}.{changed}" if changed else name


def _renamed(key: str, name: str) -> str:
    """The name as it was, or with its key where the plan had to tell two samples of one key apart (`key#2`)."""
    own = sample_key(name)
    return key + name[len(own) :] if "#" in key and key.rpartition("#")[0] == own else name


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)  # mtime 0, no owner: the same samples give the same tar
    info.size = len(data)
    tar.addfile(info, io.BytesIO(data))
