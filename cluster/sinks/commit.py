"""The commit of a chunk: checks it against the plan and writes it, shard and rows first, sidecar last."""

from __future__ import annotations

import io
import json
import time
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from cluster.lease import Claim
from cluster.sinks.naming import Row
from cluster.sinks.rows import fill_sha256, rows_table
from cluster.sinks.shard import Shard
from cluster.sinks.sidecar import SIDECAR_SUFFIX, Sidecar, sidecar, take_private
from cluster.storage import Storage
from operators.record import ImageRecord


class IncompleteChunk(RuntimeError):
    """The rows of a chunk are not the plan's: something on the line lost, doubled or renamed a record."""


@dataclass
class Committer:
    """Commits chunks of one job. Plain Python, so that it is tested without Ray."""

    out: str
    claim: Claim
    shard: Shard

    def commit(self, chunk: int, name: str, plan_rows: list[dict[str, Any]], records: list[ImageRecord]) -> Sidecar:
        """Write the chunk's files; name: its number as files carry it. Raises `IncompleteChunk` and `LeaseLost`.

        The lease is asked right before the first file, the rows and the sidecar appear. Committing a chunk again
        writes the same bytes again, so a write task that Ray runs twice does no harm.
        """
        rows = _matched(chunk, plan_rows, records)
        private = take_private(records)
        storage = Storage(self.out, self.claim.token)
        self.claim.check()
        files = [(file, self._write(storage, file, data)) for file, data in self.shard.files(name, rows)]
        rows_name = f"{name}.parquet"
        storage.write(rows_name, _encoded(rows_table(rows)), self.claim.check)
        note = sidecar(chunk, rows, private, self.claim.attempt, time.time())
        note |= {"kind": self.shard.kind, "rows": rows_name, "shards": _shards(files),
                 "shard_bytes": sum(size for _, size in files)}
        storage.write(name + SIDECAR_SUFFIX, json.dumps(note, indent=1).encode(), self.claim.check)
        return note

    @staticmethod
    def _write(storage: Storage, name: str, data: bytes) -> int:
        storage.write(name, data)
        return len(data)


def _matched(chunk: int, plan_rows: list[dict[str, Any]], records: list[ImageRecord]) -> list[Row]:
    """Records in the plan's order with their targets. Raises `IncompleteChunk` unless they are exactly the plan's."""
    records = sorted(records, key=lambda r: r.position)
    found, wanted = [(r.position, r.key) for r in records], [(p["position"], p["key"]) for p in plan_rows]
    if found != wanted:
        missing, extra = sorted(set(wanted) - set(found))[:3], sorted(set(found) - set(wanted))[:3]
        raise IncompleteChunk(f"chunk {chunk} has {len(found)} rows, the plan has {len(wanted)}; missing {missing}, "
                              f"unexpected {extra}: a stage must return every record it was given, once")
    still_open = [r.key for r in records if r.open]
    if still_open:
        raise IncompleteChunk(f"chunk {chunk}: {still_open[0]!r} and {len(still_open) - 1} more are still open after "
                              "the last stage, which must close every record")
    for record in records:
        fill_sha256(record)
    return [Row(r, p["target"]) for r, p in zip(records, plan_rows, strict=True)]


def _encoded(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def _shards(files: list[tuple[str, int]]) -> list[str]:
    """Names of the chunk's shard. Of a folder tree the last file stands for all: rows name the others."""
    return [files[-1][0]] if files else []
