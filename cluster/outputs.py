"""Reading an output back: rows, results and the originals they came from."""

from __future__ import annotations

import io
import json
import tarfile
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from cluster.addresses import join
from cluster.plan import Plan, sample_of
from cluster.sidecars import committed
from cluster.sinks.naming import HOLE_SUFFIX
from cluster.sinks.rows import ROWS
from cluster.sinks.sidecar import SIDECAR_SUFFIX
from cluster.sources import reopen
from cluster.sources.parquet import find_picture_column, picture_bytes
from cluster.storage import Storage, open_input
from operators.record import ImageRecord


def read_rows(out: str) -> pa.Table:
    """The rows of all committed chunks in the plan's order, with the columns of `cluster.sinks.rows.ROWS`."""
    storage, done = Storage(out), committed(out)
    tables = [pq.read_table(io.BytesIO(storage.read(done[n]["rows"])), schema=ROWS) for n in sorted(done)]
    return pa.concat_tables([ROWS.empty_table(), *tables])


def read_result(out: str, plan: Plan, row: dict[str, Any]) -> bytes | None:
    """The encoded picture of a row of `read_rows`; None when it has none in the output. Raises `FileNotFoundError`."""
    return _read(out, plan, row, row["output_name"]) if row["output_name"] else None


def read_hole(out: str, plan: Plan, row: dict[str, Any]) -> bytes | None:
    """The PNG that marks the row's synthetic pixels; None when none was written. Tables hold none."""
    kind = _kind(out, plan, row["chunk"])
    same = kind == plan.kind
    stem = row["key"] if same else plan.chunk(row["chunk"]).column("target")[row["position"]].as_py()
    if kind == "parquet":
        return None
    try:
        return _read(out, plan, row, ("images/" if kind == "folder" else "") + stem + HOLE_SUFFIX)
    except FileNotFoundError:
        return None


def read_original(plan: Plan, chunk: int, position: int) -> ImageRecord:
    """One sample of the input again, as the line got it; an unreadable one is closed with its error."""
    row = plan.chunk(chunk).slice(position, 1).to_pylist()[0]
    (record,) = reopen(plan.kind, row["source"], plan.image_column).read([sample_of(row)])
    record.chunk, record.position = chunk, position
    return record


def _kind(out: str, plan: Plan, chunk: int) -> str:
    return json.loads(Storage(out).read(plan.name(chunk) + SIDECAR_SUFFIX))["kind"]


def _read(out: str, plan: Plan, row: dict[str, Any], name: str) -> bytes:
    storage, kind = Storage(out), _kind(out, plan, row["chunk"])
    if kind == "folder":
        return storage.read(name)
    if kind == "webdataset":
        return _member(storage.at(f"{plan.name(row['chunk'])}.tar"), name)
    return _cell(storage, plan, row)


def _member(address: str, name: str) -> bytes:
    with open_input(address) as file, tarfile.open(fileobj=file) as tar:
        try:
            found = tar.extractfile(name)
        except KeyError:
            found = None
        if found is None:
            raise FileNotFoundError(f"{address} has no member {name!r}")
        return found.read()


def _cell(storage: Storage, plan: Plan, row: dict[str, Any]) -> bytes:
    """Failed rows are not in the table, so a row's place in it is its rank among the written ones."""
    chunk = plan.name(row["chunk"])
    rows = pq.read_table(io.BytesIO(storage.read(f"{chunk}.parquet")), columns=["position", "status"]).to_pylist()
    rank = [r["position"] for r in rows if r["status"] != "failed"].index(row["position"])
    with open_input(join(storage.address, "data", f"{chunk}.parquet")) as file:
        schema = pq.read_schema(file)
        column = find_picture_column(schema, plan.image_column, storage.address) if plan.kind == "parquet" else "image"
        file.seek(0)
        return picture_bytes(pq.read_table(file, columns=[column]).column(column)[rank].as_py()) or b""
