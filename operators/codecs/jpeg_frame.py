"""The segments of a JPEG file (ITU-T T.81, annex B): what surrounds the coefficients."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

SOI, EOI, SOS, DQT, DHT, DRI, DAC = 0xD8, 0xD9, 0xDA, 0xDB, 0xC4, 0xDD, 0xCC
APP0, APP1, APP2, APP14, APP15, COM = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
ARITHMETIC = {0xC9, 0xCA}
PROGRESSIVE = {0xC2, 0xCA}


@dataclass(frozen=True)
class Segment:
    """One marker segment. body: without marker and length."""

    marker: int
    body: bytes

    def to_bytes(self) -> bytes:
        return bytes((0xFF, self.marker)) + (len(self.body) + 2).to_bytes(2, "big") + self.body


@dataclass(frozen=True)
class Component:
    """One colour component. h, v: sampling factors. table: index of its quantisation table."""

    identifier: int
    h: int
    v: int
    table: int


@dataclass
class Frame:
    """A parsed JPEG. `segments` are those before the first scan, in order; `trailing` is what follows EOI."""

    marker: int
    precision: int
    height: int
    width: int
    components: list[Component]
    segments: list[Segment]
    late: list[Segment] = field(default_factory=list)  # between scans
    scans: int = 0
    complete: bool = False  # EOI was found
    end: int = 0  # offset of EOI
    trailing: bytes = b""

    @property
    def h_max(self) -> int:
        return max(c.h for c in self.components)

    @property
    def v_max(self) -> int:
        return max(c.v for c in self.components)

    @property
    def progressive(self) -> bool:
        return self.marker in PROGRESSIVE

    @property
    def adobe_transform(self) -> int | None:
        """The colour transform code of the Adobe segment, or None without one."""
        for segment in self.segments:
            if segment.marker == APP14 and segment.body[:5] == b"Adobe" and len(segment.body) >= 12:
                return segment.body[11]
        return None

    @property
    def colour(self) -> str:
        """grey, ycc, rgb, cmyk or ycck, by libjpeg's rules (jdapimin.c, default_decompress_parms)."""
        if len(self.components) == 1:
            return "grey"
        transform = self.adobe_transform
        if len(self.components) == 4:
            return "ycck" if transform == 2 else "cmyk"
        if any(s.marker == APP0 and s.body[:5] == b"JFIF\0" for s in self.segments):
            return "ycc"
        if transform is not None:
            return "rgb" if transform == 0 else "ycc"
        return "rgb" if [c.identifier for c in self.components] == list(b"RGB") else "ycc"

    def blocks(self, index: int) -> tuple[int, int]:
        """(rows, columns) of 8x8 blocks of a component, without the padding of the last MCUs."""
        c = self.components[index]
        return -(-self.height * c.v // (self.v_max * 8)), -(-self.width * c.h // (self.h_max * 8))

    def metadata(self) -> list[Segment]:
        """APPn and COM segments, in order."""
        return [s for s in self.segments + self.late if s.marker == COM or APP0 <= s.marker <= APP15]


class BrokenJpeg(ValueError):
    """The segment structure is not that of a JPEG."""


def parse_frame(data: bytes) -> Frame:
    """Walk the markers of a JPEG. Raises `BrokenJpeg`. A missing EOI is no error: see `Frame.complete`."""
    frame: Frame | None = None
    segments: list[Segment] = []
    scans, position = 0, 2
    late: list[Segment] = []
    while True:
        position = data.find(b"\xff", position)
        marker = data[position + 1] if 0 <= position < len(data) - 1 else -1
        if marker in (-1, EOI):
            break
        if marker in (0x00, 0xFF, 0x01, SOI) or 0xD0 <= marker <= 0xD7:
            position += 1 if marker == 0xFF else 2
            continue
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        if length < 2:
            raise BrokenJpeg(f"segment {marker:#x} at byte {position} has length {length}")
        segment = Segment(marker, data[position + 4 : position + 2 + length])
        position += 2 + length
        if marker == SOS:
            scans += 1
        else:
            (late if scans else segments).append(segment)
        if marker in FRAMES:
            if frame is not None:
                raise BrokenJpeg("two frame headers")
            frame = _frame_header(segment, segments)
    if frame is None:
        raise BrokenJpeg("no frame header")
    frame.late, frame.scans = late, scans
    if position >= 0 and marker == EOI:
        frame.complete, frame.end, frame.trailing = True, position, data[position + 2 :]
    return frame


def _frame_header(segment: Segment, segments: list[Segment]) -> Frame:
    body = segment.body
    if len(body) < 6 or len(body) < 6 + 3 * body[5]:
        raise BrokenJpeg("the frame header is cut short")
    components = [
        Component(body[i], body[i + 1] >> 4, body[i + 1] & 15, body[i + 2]) for i in range(6, 6 + 3 * body[5], 3)
    ]
    height, width = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big")
    if not components or not all(1 <= c.h <= 4 and 1 <= c.v <= 4 for c in components):
        raise BrokenJpeg("the frame header names no component, or impossible sampling factors")
    if len(components) == 1:  # a lone component is never subsampled
        components = [Component(components[0].identifier, 1, 1, components[0].table)]
    return Frame(segment.marker, body[0], height, width, components, segments)


def quantisation(frame: Frame) -> dict[int, np.ndarray]:
    """Quantisation tables by index: (8, 8) uint16 in natural order. Raises `BrokenJpeg`."""
    tables: dict[int, np.ndarray] = {}
    for segment in frame.segments:
        body = segment.body if segment.marker == DQT else b""
        while body:
            wide = body[0] >> 4
            values = np.frombuffer(body[1 : 1 + 64 * (1 + wide)], ">u2" if wide else "u1")
            if values.size != 64:
                raise BrokenJpeg("a quantisation table is cut short")
            table = np.zeros(64, np.uint16)
            table[ZIGZAG] = values
            tables[body[0] & 15] = table.reshape(8, 8)
            body = body[1 + 64 * (1 + wide) :]
    return tables


def _zigzag() -> np.ndarray:
    cells = [(r, c) for r in range(8) for c in range(8)]
    cells.sort(key=lambda rc: (sum(rc), rc[0] if sum(rc) % 2 else rc[1]))
    return np.array([r * 8 + c for r, c in cells])


ZIGZAG = _zigzag()
"""Natural index of each of the 64 zigzag positions."""
