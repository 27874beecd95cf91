"""OUT/images/: the input's tree again, one file a picture."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.sinks.naming import (
    HOLE_SUFFIX,
    Row,
    changed_extension,
    member_rest,
    picture_extension,
)
from cluster.sinks.shard import Shard
from cluster.sinks.table_row import row_json
from cluster.sources.parquet import ROW_MEMBER

ROOT = "images"


class FolderShard(Shard):
    kind = "folder"

    def files(self, chunk: str, rows: list[Row]) -> Iterator[tuple[str, bytes]]:
        for row in rows:
            if not row.written:
                continue
            record = row.record
            if record.name:
                row.output_name = f"{ROOT}/{self._picture_name(row)}"
                yield row.output_name, record.result or b""
            for name, data in record.members:
                yield f"{ROOT}/{self._member_name(row, name)}", row_json(data) if name == ROW_MEMBER else data
            if record.hole_png is not None:
                stem = record.key if self.same else row.target
                yield f"{ROOT}/{stem}{HOLE_SUFFIX}", record.hole_png

    def _picture_name(self, row: Row) -> str:
        """A format that changed is appended, `a.jpg.png`: `a.png` may be another picture's name."""
        if not self.same:
            return f"{row.target}.{picture_extension(row.record)}"
        changed = changed_extension(row.record)
        return f"{row.record.key}.{changed}" if changed else row.record.key

    def _member_name(self, row: Row, name: str) -> str:
        if self.same:
            return row.record.key.removesuffix(row.record.name) + name
        return f"{row.target}.{member_rest(row.record, name)}"
