"""The image record: what travels along the line, and its Arrow columns, in one place.

A record carries the encoded source bytes, regions and the winning tiles. Decoded frames are cached on the
record while it stays inside one process and are never serialised.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from operators.payload import pack, unpack
from operators.region import Matte, Region, Tile

__all__ = ["SCHEMA", "ImageRecord", "Matte", "Region", "Status", "Tile", "check_schema", "from_table", "to_table"]

if TYPE_CHECKING:
    from operators.picture import Picture


class Status(StrEnum):
    """Where an image ends. `PENDING` only while it is on the line."""

    PENDING = "pending"
    CLEANED = "cleaned"  # overlay removed, bytes differ from the input
    UNTOUCHED = "untouched"  # nothing to remove, or a kind we do not edit: original bytes, `reason` says which
    KEPT = "kept"  # readable, but cleaning failed: original bytes, `error` says why
    FAILED = "failed"  # no picture in the output, `error` says why


@dataclass
class ImageRecord:
    """One input picture on its way through the line. `members` are the other files of its sample, kept as they are."""

    key: str
    image: bytes
    source: str = ""
    name: str = ""  # file or member name of the picture, with its extension
    chunk: int = 0
    position: int = 0  # place within the chunk
    members: list[tuple[str, bytes]] = field(default_factory=list)
    status: Status = Status.PENDING
    reason: str = ""
    error_class: str = ""
    error: str = ""
    stage: str = ""  # stage that raised
    verdict: str = ""  # pass, review (overlay may be left), fail (a filling was rejected); empty: nobody looked
    doubt: str = ""  # why it does not pass
    format: str = ""
    width: int = 0  # upright
    height: int = 0
    sha256: str = ""
    regions: list[Region] = field(default_factory=list)
    tiles: list[Tile] = field(default_factory=list)
    result: bytes | None = None  # encoded output; None until composed, and for FAILED
    hole_png: bytes | None = None  # which pixels are synthetic, 1 channel, 255 = synthetic
    seconds: dict[str, float] = field(default_factory=dict)
    measures: dict[str, float] = field(default_factory=dict)
    _picture: Picture | None = field(default=None, repr=False, compare=False)

    @property
    def open(self) -> bool:
        """Whether the stages still have work to do on it."""
        return self.status is Status.PENDING

    def picture(self, max_pixels: int = 2**62) -> Picture:
        """The decoded frame, cached while the record stays in this process. Raises `UnreadableImage`.

        max_pixels: the ingest stage sets the bound; what passed it is decoded again by later workers without one.
        """
        if self._picture is None:
            from operators.ingest import decode

            self._picture = decode(self.image, max_pixels=max_pixels)
        return self._picture

    def drop_picture(self) -> None:
        self._picture = None

    def leave_untouched(self, reason: str) -> None:
        self.status, self.reason, self.result = Status.UNTOUCHED, reason, self.image

    def fail(self, stage: str, error_class: str, error: str, *, readable: bool) -> None:
        """Close the record with its error. A readable picture keeps its original bytes."""
        self.stage, self.error_class, self.error, self.reason = stage, error_class, error, ""
        self.status = Status.KEPT if readable else Status.FAILED
        self.result = self.image if readable else None
        self.tiles = []


SCHEMA = pa.schema(
    [
        ("key", pa.string()),
        ("source", pa.string()),
        ("name", pa.string()),
        ("chunk", pa.int32()),
        ("position", pa.int32()),
        ("image", pa.large_binary()),
        ("members", pa.list_(pa.struct([("name", pa.string()), ("data", pa.large_binary())]))),
        ("status", pa.string()),
        ("reason", pa.string()),
        ("error_class", pa.string()),
        ("error", pa.string()),
        ("stage", pa.string()),
        ("verdict", pa.string()),
        ("doubt", pa.string()),
        ("format", pa.string()),
        ("width", pa.int32()),
        ("height", pa.int32()),
        ("sha256", pa.string()),
        ("result", pa.large_binary()),
        ("hole_png", pa.large_binary()),
        ("seconds", pa.map_(pa.string(), pa.float64())),
        ("measures", pa.map_(pa.string(), pa.float64())),
        ("payload", pa.large_binary()),
    ]
)
_NESTED = {"members", "seconds", "measures", "regions", "tiles", "_picture"}
_PLAIN = [f.name for f in fields(ImageRecord) if f.name not in _NESTED]


def to_table(records: Iterable[ImageRecord]) -> pa.Table:
    """Records → one Arrow table of exactly `SCHEMA`. Arrays go into `payload`, without Python objects."""
    rows = list(records)
    columns: dict[str, list[Any]] = {name: [getattr(r, name) for r in rows] for name in _PLAIN}
    columns["status"] = [r.status.value for r in rows]
    columns["members"] = [[{"name": n, "data": d} for n, d in r.members] for r in rows]
    columns["seconds"] = [list(r.seconds.items()) for r in rows]
    columns["measures"] = [list(r.measures.items()) for r in rows]
    columns["payload"] = [_pack_payload(r) for r in rows]
    return pa.table({f.name: pa.array(columns[f.name], f.type) for f in SCHEMA}, schema=SCHEMA)


def from_table(table: pa.Table) -> list[ImageRecord]:
    """The inverse of `to_table`. Raises `TypeError` when the columns are not those of `SCHEMA`."""
    check_schema(table)
    records = []
    for row in table.to_pylist():
        regions, tiles = _unpack_payload(row.pop("payload"))
        row["members"] = [(m["name"], m["data"]) for m in row["members"]]
        row["seconds"], row["measures"] = dict(row["seconds"]), dict(row["measures"])
        row["status"] = Status(row["status"])
        records.append(ImageRecord(**row, regions=regions, tiles=tiles))
    return records


def check_schema(table: pa.Table) -> None:
    """Assert a stage boundary. Raises `TypeError` naming the columns that differ from `SCHEMA`."""
    if table.schema.equals(SCHEMA):
        return
    found, wanted = _types(table.schema), _types(SCHEMA)
    wrong = [f"{n}: {found.get(n, 'missing')} instead of {wanted.get(n, 'nothing')}"
             for n in sorted(found.keys() | wanted.keys()) if found.get(n) != wanted.get(n)]
    raise TypeError("a block does not have the record's columns (" + "; ".join(wrong) + "): build it with to_table()")


def _types(schema: pa.Schema) -> dict[str, pa.DataType]:
    return dict(zip(schema.names, schema.types, strict=True))


def _pack_payload(record: ImageRecord) -> bytes:
    arrays: dict[str, np.ndarray] = {}
    outline = {
        "regions": [_split(asdict(r), f"r{i}", arrays) for i, r in enumerate(record.regions)],
        "tiles": [_split(asdict(t), f"t{i}", arrays) for i, t in enumerate(record.tiles)],
    }
    return pack(arrays, json.dumps(outline))


def _split(values: dict[str, Any], prefix: str, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """Move arrays of a nested dict into `arrays`, leaving a plain JSON outline."""
    plain: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, np.ndarray):
            arrays[f"{prefix}.{name}"] = value
        elif isinstance(value, dict):
            plain[name] = _split(value, f"{prefix}.{name}", arrays)
        else:
            plain[name] = value
    return plain


def _join(plain: dict[str, Any], prefix: str, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    values = {n: _join(v, f"{prefix}.{n}", arrays) if isinstance(v, dict) else v for n, v in plain.items()}
    own = {n.removeprefix(prefix + "."): a for n, a in arrays.items() if n.startswith(prefix + ".")}
    return values | {n: a for n, a in own.items() if "." not in n}


def _unpack_payload(payload: bytes) -> tuple[list[Region], list[Tile]]:
    arrays, text = unpack(payload)
    outline = json.loads(text)
    regions = []
    for i, plain in enumerate(outline["regions"]):
        values = _join(plain, f"r{i}", arrays)
        matte = values.pop("matte", None)
        regions.append(Region(**values, matte=Matte(**matte) if matte else None))
    tiles = [Tile(**_join(plain, f"t{i}", arrays)) for i, plain in enumerate(outline["tiles"])]
    return regions, tiles
