"""The worklist of a job: one row for everything that somebody should look at, the worst first."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cluster.sidecars import committed
from cluster.sinks.gate import ARROW
from cluster.sinks.rows import ROWS
from cluster.storage import Storage
from pipelines.review.concerns import DOUBTFUL, Concern, concerns
from pipelines.spreadsheet import cell

COLUMNS = (
    "key", "source", "shard", "status", "verdict", "doubt", "region", "x", "y", "w", "h", "failure", "risk",
    "confidence", "route", "path", "crop", "crop_note",
)


@dataclass(frozen=True)
class Entry:
    """One concern and the row of its picture, reduced to what is needed. box: x, y, w, h, px of the upright picture.
    shard: the file in the output that holds the picture, empty where none does."""

    key: str
    chunk: int
    position: int
    output_name: str
    source: str
    shard: str
    status: str
    verdict: str
    doubt: str
    box: tuple[int, int, int, int]
    concern: Concern
    confidence: float
    route: str
    path: tuple[str, ...]

    @property
    def order(self) -> tuple[float, str, int, int, int]:
        """The worst first; of equals by key, so that a resume gives the same list."""
        return -self.concern.weight, self.key, self.chunk, self.position, self.concern.index

    @property
    def row(self) -> dict[str, Any]:
        """What `cluster.outputs.read_result` wants of a row."""
        return {"key": self.key, "chunk": self.chunk, "position": self.position, "output_name": self.output_name}


def entries(out: str, max_doubt: float) -> list[Entry]:
    """Of all committed chunks, sorted. Chunks whose sidecar counts no doubtful picture are not read; no picture is."""
    storage, found = Storage(out), list[Entry]()
    for _, sidecar in sorted(committed(out).items()):
        verdicts = sidecar.get("verdicts", {})
        if any(verdicts.get(name) for name in DOUBTFUL):
            for row in _doubtful(pq.read_table(io.BytesIO(storage.read(sidecar["rows"])), schema=ROWS)):
                found += _of_picture(row, sidecar, max_doubt)
    return sorted(found, key=lambda entry: entry.order)


def encoded(listed: Iterable[Entry], crops: Mapping[int, tuple[str, str]]) -> bytes:
    """The CSV, for spreadsheets (see `spreadsheet.cell`). crops: by place in the list, the name of the crop's file, or
    none and why."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for place, entry in enumerate(listed):
        writer.writerow({name: cell(value) for name, value in _columns(entry, *crops[place]).items()})
    return text.getvalue().encode()


def _doubtful(table: pa.Table) -> Iterator[dict[str, Any]]:
    yield from table.filter(pc.is_in(table.column("verdict"), pa.array(DOUBTFUL))).to_pylist()


def _of_picture(row: Mapping[str, Any], sidecar: Mapping[str, Any], max_doubt: float) -> Iterator[Entry]:
    notes = json.loads(row["regions"] or "[]")
    for concern in concerns(notes, max_doubt):
        note = notes[concern.index]
        yield Entry(row["key"], row["chunk"], row["position"], row["output_name"], row["source"], _shard(row, sidecar),
                    row["status"], row["verdict"], row["doubt"], _box(note["quad"]), concern,
                    float(note["confidence"] or 0.0), note["route"], tuple(note.get("path") or ()))


def _shard(row: Mapping[str, Any], sidecar: Mapping[str, Any]) -> str:
    """Of a folder tree the picture's own file."""
    if not row["output_name"]:
        return ""
    return row["output_name"] if sidecar["kind"] == "folder" else next(iter(sidecar["shards"]), "")


def _box(quad: list[list[float]]) -> tuple[int, int, int, int]:
    xs, ys = [x for x, _ in quad], [y for _, y in quad]
    left, top = int(min(xs)), int(min(ys))
    return left, top, max(1, round(max(xs)) - left), max(1, round(max(ys)) - top)


def _columns(entry: Entry, crop: str, crop_note: str) -> dict[str, Any]:
    x, y, w, h = entry.box
    return {
        "key": entry.key, "source": entry.source, "shard": entry.shard, "status": entry.status,
        "verdict": entry.verdict, "doubt": entry.doubt, "region": entry.concern.index, "x": x, "y": y, "w": w, "h": h,
        "failure": entry.concern.kind, "risk": f"{entry.concern.weight:.4f}" if entry.concern.rejected else "",
        "confidence": f"{entry.confidence:.4f}", "route": entry.route, "path": ARROW.join(entry.path), "crop": crop,
        "crop_note": crop_note,
    }
