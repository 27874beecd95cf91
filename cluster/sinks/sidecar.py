"""OUT/00000_stats.json: what a chunk came to. Written last, it is what makes the chunk count."""

from __future__ import annotations

import re
import socket
from collections import Counter
from collections.abc import Iterable
from typing import Any

from cluster.sinks.gate import edges, trips
from cluster.sinks.naming import Row
from operators.record import ImageRecord, Status

Sidecar = dict[str, Any]
SIDECAR_SUFFIX = "_stats.json"
PRIVATE = "chunk/"  # measures under this prefix are the cluster's own, kept out of the rows
STARTED = PRIVATE + "started"
BYTES_AFTER = PRIVATE + "bytes/"
_DETAILS = re.compile(r" \([^()]*\)")


def take_private(records: Iterable[ImageRecord]) -> dict[str, float]:
    """Remove the cluster's own measures from the records; their sums, and the earliest start."""
    sums: dict[str, float] = {}
    for record in records:
        for name in [n for n in record.measures if n.startswith(PRIVATE)]:
            value = record.measures.pop(name)
            sums[name] = min(sums.get(name, value), value) if name == STARTED else sums.get(name, 0.0) + value
    return sums


def sidecar(chunk: int, rows: list[Row], private: dict[str, float], attempt: int, finished: float) -> Sidecar:
    """All of it but the file names. seconds: sums over images per stage. measures: (sum, count). boundary_bytes:
    bytes of the chunk's block as it left each stage. verdicts: of images; edges, trips: of regions, see `gate`.
    reasons: without what stands in brackets, the figures of one picture, so that they can be counted."""
    records = [row.record for row in rows]
    regions = [region for record in records for region in record.regions]
    return {
        "chunk": chunk, "attempt": attempt, "images": len(rows), "regions": len(regions),
        "status": dict(Counter(r.status.value for r in records)),
        "errors": dict(Counter(r.error_class for r in records if r.status in (Status.FAILED, Status.KEPT))),
        "reasons": dict(Counter(_without_details(r.reason) for r in records if r.reason)),
        "routes": dict(Counter(r.route for r in regions if r.route)),
        "generators": dict(Counter(r.generator for r in regions if r.generator)),
        "verdicts": dict(Counter(r.verdict for r in records if r.verdict)),
        "edges": edges(regions), "trips": trips(regions),
        "seconds": _sums(record.seconds for record in records),
        "measures": _means(record.measures for record in records),
        "bytes_in": sum(len(r.image) for r in records),
        "bytes_out": sum(len(r.result or b"") for r in records),
        "boundary_bytes": {name.removeprefix(BYTES_AFTER): round(value) for name, value in private.items()
                           if name.startswith(BYTES_AFTER)},
        "started": private.get(STARTED, finished), "finished": finished, "host": socket.gethostname(),
    }


def _without_details(reason: str) -> str:
    return _DETAILS.sub("", reason)


def _sums(rows: Iterable[dict[str, float]]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for row in rows:
        for name, value in row.items():
            sums[name] = sums.get(name, 0.0) + float(value)
    return {name: round(value, 6) for name, value in sums.items()}


def _means(rows: Iterable[dict[str, float]]) -> dict[str, list[float]]:
    """NaN is a measure that could not be taken: it does not count."""
    sums: dict[str, list[float]] = {}
    for row in rows:
        for name, value in row.items():
            if value == value:
                entry = sums.setdefault(name, [0.0, 0])
                entry[0], entry[1] = entry[0] + float(value), entry[1] + 1
    return sums
