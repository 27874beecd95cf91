"""OUT/00000.parquet: one row per image, failed ones too."""

from __future__ import annotations

import hashlib
import json
import math
from typing import Any

import numpy as np
import pyarrow as pa

from cluster.addresses import public
from cluster.sinks.naming import Row
from operators.record import ImageRecord, Region

ROWS = pa.schema(
    [
        ("key", pa.string()),
        ("source", pa.string()),
        ("name", pa.string()),
        ("chunk", pa.int32()),
        ("position", pa.int32()),
        ("status", pa.string()),
        ("reason", pa.string()),
        ("error_class", pa.string()),
        ("error_message", pa.string()),
        ("stage", pa.string()),
        ("verdict", pa.string()),
        ("doubt", pa.string()),
        ("risk", pa.float64()),
        ("format", pa.string()),
        ("width", pa.int32()),
        ("height", pa.int32()),
        ("sha256", pa.string()),
        ("output_sha256", pa.string()),
        ("output_name", pa.string()),
        ("n_regions", pa.int32()),
        ("regions", pa.string()),
        ("routes", pa.list_(pa.string())),
        ("generators", pa.list_(pa.string())),
        ("scores", pa.list_(pa.float64())),
        ("seconds", pa.map_(pa.string(), pa.float64())),
        ("measures", pa.map_(pa.string(), pa.float64())),
    ]
)


def rows_table(rows: list[Row]) -> pa.Table:
    """Rows of one chunk → a table of exactly `ROWS`. `scores` are the tiles' scores; `regions` is JSON."""
    values = [_values(row) for row in rows]
    return pa.table({f.name: pa.array([v[f.name] for v in values], f.type) for f in ROWS}, schema=ROWS)


def _values(row: Row) -> dict[str, Any]:
    record = row.record
    plain = {n: getattr(record, n) for n in ROWS.names if hasattr(record, n)}
    return plain | {
        "status": record.status.value,
        "source": public(record.source),
        "error_message": record.error,
        "risk": _risk(record),
        "output_sha256": sha256(record.result) if row.written and row.output_name else "",
        "output_name": row.output_name,
        "n_regions": len(record.regions),
        "regions": json.dumps([region_note(r) for r in record.regions]),
        "routes": [r.route for r in record.regions],
        "generators": [r.generator for r in record.regions],
        "scores": [float(t.score) for t in record.tiles],
        "seconds": list(record.seconds.items()),
        "measures": list(record.measures.items()),
    }


def region_note(region: Region) -> dict[str, Any]:
    """A region without its arrays, as JSON can hold it. quad: four [x, y], pixels of the upright image."""
    return {
        "quad": _plain(np.asarray(region.quad, np.float64).round(3).tolist()), "kind": region.kind,
        "source": region.source, "confidence": _plain(region.confidence), "route": region.route,
        "reason": region.reason, "generator": region.generator, "path": list(region.path),
        "scores": _plain(region.scores), "features": _plain(region.features),
    }


def note(row: Row) -> dict[str, Any]:
    """What travels beside the picture, `<key>.cleanplate.json`. Nothing that differs from run to run, such as times."""
    record = row.record
    return {
        "key": record.key, "status": record.status.value, "reason": record.reason, "error_class": record.error_class,
        "error": record.error, "verdict": record.verdict, "doubt": record.doubt, "width": record.width,
        "height": record.height, "sha256": record.sha256, "output_sha256": sha256(record.result),
        "regions": [region_note(r) for r in record.regions],
    }


def _risk(record: ImageRecord) -> float | None:
    """The largest of the regions, 0..1; None when the verifier looked at none."""
    return max((float(r.scores["risk"]) for r in record.regions if "risk" in r.scores), default=None)


def sha256(data: bytes | None) -> str:
    return hashlib.sha256(data).hexdigest() if data is not None else ""


def fill_sha256(record: ImageRecord) -> None:
    """The input's digest, unless the reader already took it."""
    if not record.sha256 and record.image:
        record.sha256 = sha256(record.image)


def _plain(value: Any) -> Any:
    """numpy numbers → Python's; NaN and infinity, which JSON lacks → None."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
