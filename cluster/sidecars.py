"""What is committed, and the end of a job: everything here is told by the sidecars alone, so it can be told again."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cluster.plan import Plan
from cluster.sinks.rows import ROWS
from cluster.sinks.sidecar import SIDECAR_SUFFIX, Sidecar
from cluster.storage import Storage

SUMMARY, FAILURES, SUCCESS = "summary.json", "failures.parquet", "_SUCCESS"
_NUMBER = re.compile(r"(\d{5,})" + re.escape(SIDECAR_SUFFIX))
_READERS = 8


def committed(out: str, known: Collection[int] = ()) -> dict[int, Sidecar]:
    """Chunks with a sidecar, its rows and its shard, by number; without those in `known`, which are not read again.

    A sidecar whose files are gone does not count: the chunk is computed again.
    """
    storage = Storage(out)
    top = storage.top()
    numbers = {int(found.group(1)): name for name in top if (found := _NUMBER.fullmatch(name))}
    with ThreadPoolExecutor(_READERS) as pool:
        new = {n: pool.submit(storage.read, name) for n, name in sorted(numbers.items()) if n not in known}
        sidecars = {number: json.loads(future.result()) for number, future in new.items()}
    return {number: s for number, s in sidecars.items() if _whole(storage, s, set(top))}


def _whole(storage: Storage, note: Sidecar, top: set[str]) -> bool:
    return all(name in top or ("/" in name and storage.exists(name)) for name in (note["rows"], *note["shards"]))


def finalise(out: str, plan: Plan, extra: dict[str, Any] | None = None) -> dict[str, Any]:
    """Write summary.json, failures.parquet and, when every chunk is committed, _SUCCESS; sweep unfinished files.

    Reads sidecars only, so it can run after any attempt, also after one that had nothing left to do. extra: what
    the driver adds to the summary. Returns the summary.
    """
    storage = Storage(out)
    done = committed(out)
    done = {number: done[number] for number in sorted(done) if number < plan.chunk_count}
    summary = totals(done.values()) | {
        "kind": next(iter(done.values()))["kind"] if done else plan.kind, "planned_images": plan.image_count,
        "planned_chunks": plan.chunk_count, "complete": len(done) == plan.chunk_count,
    } | (extra or {})
    storage.write(FAILURES, _encoded(_failures(storage, done.values())))
    storage.write(SUMMARY, json.dumps(summary, indent=2).encode())
    if summary["complete"]:
        storage.write(SUCCESS, b"")
    else:
        storage.delete(SUCCESS)
    storage.sweep()
    return summary


def totals(sidecars: Iterable[Sidecar]) -> dict[str, Any]:
    """Sums over chunks; `measures` are means, `seconds` sums over images per stage."""
    sums: dict[str, Any] = {"images": 0, "chunks": 0, "regions": 0, "bytes_in": 0, "bytes_out": 0}
    counted = ("status", "errors", "reasons", "routes", "generators", "verdicts", "edges", "trips", "seconds",
               "boundary_bytes")
    groups: dict[str, Counter[str]] = {name: Counter() for name in counted}
    measures: dict[str, tuple[float, int]] = {}
    attempts, started, finished = set[int](), [], []
    for note in sidecars:
        for name in ("images", "regions", "bytes_in", "bytes_out"):
            sums[name] += note[name]
        sums["chunks"] += 1
        for name, counts in groups.items():
            counts.update(note.get(name, {}))  # sidecars of earlier versions lack some
        for name, (total, count) in note["measures"].items():
            before = measures.get(name, (0.0, 0))
            measures[name] = (before[0] + total, before[1] + count)
        attempts.add(note["attempt"])
        started.append(note["started"])
        finished.append(note["finished"])
    return sums | {name: dict(counts) for name, counts in groups.items()} | {
        "measures": {name: total / count for name, (total, count) in measures.items() if count},
        "attempts": sorted(attempts), "started": min(started, default=None), "finished": max(finished, default=None),
    }


def _failures(storage: Storage, sidecars: Iterable[Sidecar]) -> pa.Table:
    """Rows of images that were kept or failed; only chunks that have some are read."""
    tables = [pq.read_table(io.BytesIO(storage.read(note["rows"])), schema=ROWS) for note in sidecars
              if note["status"].get("failed") or note["status"].get("kept")]
    failed = [t.filter(pc.is_in(t.column("status"), pa.array(["failed", "kept"]))) for t in tables]
    return pa.concat_tables([ROWS.empty_table(), *failed])


def _encoded(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()
