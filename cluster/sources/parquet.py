"""A parquet file with a column of encoded pictures: bytes, or the struct{bytes, path} of Hugging Face datasets."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from cluster.addresses import base_name
from cluster.sources.sample import Sample, Source, SourceError, failed_record, record_of
from cluster.storage import open_input, with_retries
from operators.record import ImageRecord

ROW_MEMBER = "row.arrow"  # all columns of the row but the picture's bytes, as an Arrow IPC stream of one row
_LIKELY = ("image", "jpg", "jpeg", "png", "webp", "img", "picture", "photo", "image_bytes", "bytes")
_BATCH = 32


class ParquetSource(Source):
    kind = "parquet"

    def __init__(self, address: str, image_column: str | None = None, label: str = "") -> None:
        """label: the file's name in generated keys `label#row`."""
        super().__init__(address)
        self.image_column, self.label = image_column, label or base_name(address)

    def list_samples(self) -> Iterator[Sample]:
        try:
            with open_input(self.address) as raw, pq.ParquetFile(raw) as file:
                column = self.find_column(file.schema_arrow)
                keys = self._keys(file)
                sizes = _row_sizes(file, column)
        except SourceError:
            raise
        except (OSError, pa.ArrowException) as error:
            problem = f"{self.address}: {error}"
            yield Sample(self.label, self.address, "", problem_class="BrokenParquet", problem=problem)
            return
        for row, (key, size) in enumerate(zip(keys, sizes, strict=True)):
            yield Sample(key, self.address, key, [str(row)], [row], [size])

    def read(self, samples: list[Sample]) -> list[ImageRecord]:
        if any(s.problem for s in samples):
            return [failed_record(s, s.problem_class, s.problem) for s in samples]
        try:
            return with_retries(lambda: self._read_rows(samples))
        except (OSError, pa.ArrowException) as error:
            return [failed_record(s, type(error).__name__, f"{self.address}: {error}") for s in samples]

    def find_column(self, schema: pa.Schema) -> str:
        return find_picture_column(schema, self.image_column, self.address)

    def _keys(self, file: pq.ParquetFile) -> list[str]:
        """The column `key` where it tells all rows apart, otherwise `<file>#<row>`."""
        numbered = [f"{self.label}#{row}" for row in range(file.metadata.num_rows)]
        if "key" not in file.schema_arrow.names:
            return numbered
        column = file.read(columns=["key"]).column("key")
        if pa.types.is_nested(column.type) or column.null_count:
            return numbered
        keys = [str(value) for value in column.to_pylist()]
        return keys if len(set(keys)) == len(keys) and all(keys) else numbered

    def _read_rows(self, samples: list[Sample]) -> list[ImageRecord]:
        wanted = {s.offsets[0]: s for s in samples}
        first, last = min(wanted), max(wanted)
        records: dict[int, ImageRecord] = {}
        with open_input(self.address) as raw, pq.ParquetFile(raw, pre_buffer=False, buffer_size=1 << 20) as file:
            column = self.find_column(file.schema_arrow)
            row, groups = _covering(file, first, last)
            for batch in file.iter_batches(batch_size=_BATCH, row_groups=groups):
                for i in range(max(0, first - row), min(batch.num_rows, last + 1 - row)):
                    if row + i in wanted:
                        records[row + i] = _record(wanted[row + i], batch.slice(i, 1), column)
                row += batch.num_rows
                if row > last:
                    break
        return [records[s.offsets[0]] for s in samples]


def find_picture_column(schema: pa.Schema, image_column: str | None, address: str) -> str:
    """The column with the pictures. Raises `SourceError` naming the candidates when that is not clear."""
    fitting = [f.name for f in schema if is_picture_type(f.type) and f.name != "mask"]
    if image_column:
        if image_column in fitting:
            return image_column
        raise SourceError(f"{address}: column {image_column!r} does not hold pictures; columns of bytes or "
                          f"struct{{bytes, path}}: {', '.join(fitting) or 'none'}")
    for name in (*_LIKELY, *(fitting if len(fitting) == 1 else ())):
        if name in fitting:
            return name
    advice = f"Name it with --image-column: {', '.join(fitting)}" if fitting else "No column holds bytes."
    raise SourceError(f"{address}: which column holds the pictures? {advice}")


def is_picture_type(kind: pa.DataType) -> bool:
    if pa.types.is_struct(kind):
        return kind.get_field_index("bytes") >= 0 and is_picture_type(kind.field("bytes").type)
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind)


def _covering(file: pq.ParquetFile, first: int, last: int) -> tuple[int, list[int]]:
    """The row groups that hold rows first..last, and the number of the first row in them."""
    groups: list[int] = []
    start, row = 0, 0
    for number in range(file.num_row_groups):
        rows = file.metadata.row_group(number).num_rows
        if row + rows > first and row <= last:
            start = start if groups else row
            groups.append(number)
        row += rows
    return start, groups


def _row_sizes(file: pq.ParquetFile, column: str) -> list[int]:
    """Bytes of a row's picture, estimated from its row group: the exact sizes are not known without reading them."""
    sizes: list[int] = []
    for number in range(file.num_row_groups):
        group = file.metadata.row_group(number)
        parts = [group.column(i) for i in range(group.num_columns)]
        total = sum(p.total_uncompressed_size for p in parts if p.path_in_schema.partition(".")[0] == column)
        sizes += [total // max(1, group.num_rows)] * group.num_rows
    return sizes


def _record(sample: Sample, row: pa.RecordBatch, column: str) -> ImageRecord:
    data = picture_bytes(row.column(column)[0].as_py())
    members = [(ROW_MEMBER, _row_without_picture(row, column))]
    mask = picture_bytes(row.column("mask")[0].as_py()) if "mask" in row.schema.names and is_picture_type(
        row.schema.field("mask").type) else None
    if mask:
        members.insert(0, (f"{sample.key}.mask.png", mask))
    if data is None:
        record = failed_record(sample, "NullImage", "null image")
        record.members = members
        return record
    return record_of(sample, data, members)


def picture_bytes(value: bytes | dict[str, bytes] | None) -> bytes | None:
    return value.get("bytes") if isinstance(value, dict) else value


def with_picture(row: pa.Table, column: str, data: bytes | None) -> pa.Table:
    """The row with other picture bytes, in the same columns, order, types and metadata."""
    index = row.schema.get_field_index(column)
    field, value = row.schema.field(index), data
    if pa.types.is_struct(field.type):
        value = (row.column(index)[0].as_py() or {}) | {"bytes": data}  # type: ignore[assignment]
    changed = row.set_column(index, field, pa.array([value], field.type))
    return changed.replace_schema_metadata(row.schema.metadata)


def _row_without_picture(row: pa.RecordBatch, column: str) -> bytes:
    table = with_picture(pa.Table.from_batches([row]), column, None)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def row_of(member: bytes) -> pa.Table:
    """The 1-row table of a `row.arrow` member."""
    return pa.ipc.open_stream(member).read_all()
