"""A known mark, and the file marks are kept in: one safetensors container, so nothing in it can execute."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np

from operators.marks.anchor import ANCHORS, ANYWHERE, anchor_point
from operators.payload import pack, unpack

VERSION = 1


@dataclass(frozen=True)
class Mark:
    """What was laid over the pictures: I = (1 - alpha) * B + alpha * colour.

    alpha:  float16 (h, w), 0..1
    colour: float16 (h, w, 3), RGB, straight (not premultiplied); may leave 0..1 slightly where compression blurs it
    anchor: one of ANCHORS, or `anywhere` for a logo that is searched
    offset: (x, y) px from the anchor's point to the top left of alpha
    size:   (width, height) of the only pictures it belongs to; None for all sizes
    period: float32 (2, 2), two steps (x, y) px by which it repeats over the picture; None for a single mark
    sizes:  (width, height, pictures) it was seen in, most frequent first
    count, total: pictures it was seen in, of how many looked at. confidence: 0..1
    """

    name: str
    alpha: np.ndarray
    colour: np.ndarray
    anchor: str
    offset: tuple[int, int] = (0, 0)
    size: tuple[int, int] | None = None
    period: np.ndarray | None = None
    sizes: tuple[tuple[int, int, int], ...] = ()
    count: int = 0
    total: int = 0
    confidence: float = 1.0

    def __post_init__(self) -> None:
        """Raises `ValueError` for shapes that do not belong together, or an unknown anchor."""
        if self.colour.shape != (*self.alpha.shape, 3):
            raise ValueError(f"mark {self.name}: alpha {self.alpha.shape} and colour {self.colour.shape} do not fit")
        if self.anchor not in (*ANCHORS, ANYWHERE):
            raise ValueError(f"mark {self.name}: unknown anchor {self.anchor!r}")

    def place(self, width: int, height: int) -> tuple[int, int] | None:
        """(x, y) px of its top left in a picture of that size; None when it does not belong there."""
        if self.size is not None and self.size != (width, height):
            return None
        x, y = anchor_point(self.anchor, width, height)
        return x + self.offset[0], y + self.offset[1]


def pack_marks(marks: list[Mark]) -> bytes:
    """Marks → the bytes of a mark file."""
    arrays: dict[str, np.ndarray] = {}
    entries = []
    for i, mark in enumerate(marks):
        arrays[f"{i}.alpha"] = mark.alpha.astype(np.float16)
        arrays[f"{i}.colour"] = mark.colour.astype(np.float16)
        if mark.period is not None:
            arrays[f"{i}.period"] = mark.period.astype(np.float32)
        entries.append({"name": mark.name, "anchor": mark.anchor, "offset": mark.offset, "size": mark.size,
                        "sizes": mark.sizes, "count": mark.count, "total": mark.total, "confidence": mark.confidence})
    return pack(arrays, json.dumps({"version": VERSION, "colour": "straight", "marks": entries}))


def unpack_marks(data: bytes) -> list[Mark]:
    """The inverse of `pack_marks`. Raises `ValueError` for what is not a mark file of this version."""
    try:
        arrays, text = unpack(data)
        about = json.loads(text)
        entries = about["marks"]
    except Exception as error:
        raise ValueError("not a mark file: make one with `cleanplate marks`") from error
    if about.get("version") != VERSION:
        raise ValueError(f"a mark file of version {about.get('version')}, this cleanplate reads version {VERSION}: "
                         "make it again with `cleanplate marks`")
    return [_mark(entry, i, arrays) for i, entry in enumerate(entries)]


def _mark(entry: dict, i: int, arrays: dict[str, np.ndarray]) -> Mark:
    return Mark(name=entry["name"], alpha=arrays[f"{i}.alpha"], colour=arrays[f"{i}.colour"], anchor=entry["anchor"],
                offset=(entry["offset"][0], entry["offset"][1]),
                size=(entry["size"][0], entry["size"][1]) if entry["size"] else None,
                period=arrays.get(f"{i}.period"), sizes=tuple((w, h, n) for w, h, n in entry["sizes"]),
                count=entry["count"], total=entry["total"], confidence=entry["confidence"])
