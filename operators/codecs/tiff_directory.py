"""The first directory of a TIFF or BigTIFF, and how to point it at other picture data (TIFF 6.0, section 2)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from operators.picture import UnreadableImage

TYPES = {1: "B", 3: "H", 4: "I", 16: "Q", 13: "I"}  # the integer types; the others are not needed
STRIP_OFFSETS, STRIP_COUNTS, TILE_OFFSETS, TILE_COUNTS = 273, 279, 324, 325


@dataclass(frozen=True)
class Entry:
    """place: offset of the 12 (20) byte entry. values: integers, empty for other types."""

    place: int
    kind: int
    count: int
    values: tuple[int, ...]


@dataclass
class Directory:
    """order: `<` or `>`. big: BigTIFF. next: offset of the following directory, 0 for none."""

    order: str
    big: bool
    entries: dict[int, Entry] = field(default_factory=dict)
    next: int = 0

    def get(self, tag: int, default: int = 0) -> int:
        return self.all(tag, (default,))[0]

    def all(self, tag: int, default: tuple[int, ...] = ()) -> tuple[int, ...]:
        entry = self.entries.get(tag)
        return entry.values if entry and entry.values else default

    @property
    def tiled(self) -> bool:
        return TILE_OFFSETS in self.entries

    @property
    def data_tags(self) -> tuple[int, int]:
        return (TILE_OFFSETS, TILE_COUNTS) if self.tiled else (STRIP_OFFSETS, STRIP_COUNTS)


def read_directory(data: bytes) -> Directory:
    """Raises `UnreadableImage`."""
    order = "<" if data[:2] == b"II" else ">"
    try:
        big = struct.unpack_from(order + "H", data, 2)[0] == 43
        directory = Directory(order, big)
        head, step, count = ("Q", 20, "Q") if big else ("I", 12, "H")
        start = struct.unpack_from(order + head, data, 8 if big else 4)[0]
        number = struct.unpack_from(order + count, data, start)[0]
        first = start + struct.calcsize(count)
        for place in range(first, first + number * step, step):
            tag, entry = _entry(data, place, directory)
            directory.entries[tag] = entry
        directory.next = struct.unpack_from(order + head, data, first + number * step)[0]
    except struct.error as error:
        raise UnreadableImage("truncated", f"the TIFF's directory lies beyond its end ({len(data)} bytes)") from error
    return directory


def _entry(data: bytes, place: int, directory: Directory) -> tuple[int, Entry]:
    order, big = directory.order, directory.big
    tag, kind, count = struct.unpack_from(order + ("HHQ" if big else "HHI"), data, place)
    letter = TYPES.get(kind)
    if letter is None:
        return tag, Entry(place, kind, count, ())
    inline, at = (8, place + 12) if big else (4, place + 8)
    size = struct.calcsize(letter) * count
    if size > len(data):
        raise struct.error
    if size > inline:
        at = struct.unpack_from(order + ("Q" if big else "I"), data, at)[0]
    return tag, Entry(place, kind, count, struct.unpack_from(f"{order}{count}{letter}", data, at))


def point(data: bytearray, directory: Directory, tag: int, values: list[int]) -> None:
    """Give an integer tag new values (as LONG, LONG8 in a BigTIFF), appended to the file if they do not fit inline."""
    order, big, place = directory.order, directory.big, directory.entries[tag].place
    letter, inline = ("Q", 8) if big else ("I", 4)
    packed = struct.pack(f"{order}{len(values)}{letter}", *values)
    struct.pack_into(order + ("HQ" if big else "HI"), data, place + 2, 16 if big else 4, len(values))
    at = place + (12 if big else 8)
    if len(packed) > inline:
        data.extend(b"\0" * (len(data) % 2))
        struct.pack_into(order + letter, data, at, len(data))
        data.extend(packed)
    else:
        data[at : at + inline] = packed.ljust(inline, b"\0")
