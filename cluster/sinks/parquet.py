"""OUT/data/00000.parquet: the original columns and types with the pictures replaced."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from cluster.sinks.naming import Row
from cluster.sinks.shard import Shard
from cluster.sources.parquet import ROW_MEMBER, find_picture_column, row_of, with_picture

ROOT = "data"
ROW_GROUP = 100  # pictures are large: readers hold a whole row group
_PICTURE = pa.struct([("bytes", pa.large_binary()), ("path", pa.string())])
OWN = pa.schema([
    ("key", pa.string()), ("image", _PICTURE),
    ("members", pa.list_(pa.struct([("name", pa.string()), ("data", pa.large_binary())]))),
])


class ParquetShard(Shard):
    kind = "parquet"

    def files(self, chunk: str, rows: list[Row]) -> Iterator[tuple[str, bytes]]:
        written = [row for row in rows if row.written]
        if not written:
            return  # a table without rows would have no schema to be written with
        for row in written:
            row.output_name = row.record.key if row.record.name else ""
        table = pa.concat_tables([self._row(row) for row in written])
        buffer = io.BytesIO()
        pq.write_table(table, buffer, row_group_size=ROW_GROUP)
        yield f"{ROOT}/{chunk}.parquet", buffer.getvalue()

    def _row(self, row: Row) -> pa.Table:
        record = row.record
        if self.same:
            original = row_of(dict(record.members)[ROW_MEMBER])
            column = find_picture_column(original.schema, self.image_column, record.source)
            return with_picture(original, column, record.result)
        picture = {"bytes": record.result, "path": record.name} if record.name else None
        members = [{"name": name, "data": data} for name, data in record.members]
        return pa.table({"key": [record.key], "image": pa.array([picture], _PICTURE),
                         "members": pa.array([members], OWN.field("members").type)}, schema=OWN)
