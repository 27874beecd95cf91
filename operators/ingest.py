"""Bytes → pixels, safely: the format by its signature, the size before the pixels, and no half-decoded success."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from operators.codecs import bmp, gif, jpeg, png, tiff, webp
from operators.codecs.by_pillow import decode_for_viewing
from operators.codecs.png_chunks import SIGNATURE
from operators.options import IngestOptions
from operators.picture import Picture, UnreadableImage
from operators.record import ImageRecord
from operators.stage import Stage

DECODERS: dict[str, Callable[..., Picture]] = {
    "JPEG": jpeg.decode,
    "PNG": png.decode,
    "TIFF": tiff.decode,
    "BMP": bmp.decode,
    "GIF": gif.decode,
    "WEBP": webp.decode,
}
SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "JPEG"),
    (0, SIGNATURE, "PNG"),
    (0, b"II*\0", "TIFF"),
    (0, b"MM\0*", "TIFF"),
    (0, b"II+\0", "TIFF"),
    (0, b"MM\0+", "TIFF"),
    (0, b"GIF87a", "GIF"),
    (0, b"GIF89a", "GIF"),
    (8, b"WEBP", "WEBP"),
    (0, b"BM", "BMP"),
    (4, b"ftypavif", "AVIF"),
    (4, b"ftypavis", "AVIF"),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG2000"),
    (0, b"\xff\x4f\xff\x51", "JPEG2000"),
    (0, b"8BPS", "PSD"),
    (0, b"\0\0\1\0", "ICO"),
    (0, b"DDS ", "DDS"),
    (0, b"qoif", "QOI"),
    *((0, b"P%d" % i, "PPM") for i in range(1, 8)),
)


@dataclass
class IngestStage(Stage):
    """Decode, and fill format, width, height and sha256 of the record. What we cannot write back passes untouched."""

    name: ClassVar[str] = "ingest"
    options: IngestOptions = IngestOptions()

    def process(self, record: ImageRecord) -> None:
        record.sha256 = hashlib.sha256(record.image).hexdigest()
        record.format = sniff(record.image) or ""
        picture = record.picture(self.options.max_pixels)
        record.format, record.width, record.height = picture.format, picture.width, picture.height
        if not picture.editable:
            record.leave_untouched(picture.reason)


def decode(data: bytes, *, max_pixels: int) -> Picture:
    """Decode an encoded picture completely.

    The raster is turned upright (EXIF orientation); pictures that we could not write back faithfully (animations,
    several pages, formats we only read) come with `editable` False and a reason.
    Raises `UnreadableImage` of kind empty, not_an_image, too_large, truncated, corrupt or unsupported.
    """
    if not data:
        raise UnreadableImage("empty", "the file has no bytes")
    form = sniff(data)
    if form is None:
        raise UnreadableImage("not_an_image", f"begins with {data[:12]!r}, which is no picture format we know")
    if form == "HEIF":
        raise UnreadableImage("unsupported", "HEIF pictures cannot be decoded: convert them to JPEG or PNG first")
    if form in DECODERS:
        return DECODERS[form](data, max_pixels=max_pixels)
    return decode_for_viewing(data, form, f"{form} pictures are not written back", max_pixels=max_pixels)


def sniff(data: bytes) -> str | None:
    """The format's name in Pillow's spelling by its signature, never by a file's extension; None if unknown."""
    if data[:4] == b"RIFF" and data[8:12] != b"WEBP"[: max(0, len(data) - 8)]:
        return None
    for place, signature, form in SIGNATURES:
        if data[place : place + len(signature)] == signature and (form != "WEBP" or data[:4] == b"RIFF"):
            return form
    return "HEIF" if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1", b"hevc") else None
