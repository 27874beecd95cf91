"""JPEG: decoded strictly, written back coefficient-exact outside the MCUs that the hole touches."""

from __future__ import annotations

import io
import re
from typing import Any

import numpy as np
import simplejpeg
from PIL import Image

from operators.codecs import cmyk
from operators.codecs.grey import luma
from operators.codecs.jpeg_blocks import edit_blocks
from operators.codecs.jpeg_frame import APP2, DHT, DQT, DRI, BrokenJpeg, Frame, Segment, parse_frame, quantisation
from operators.codecs.jpeg_read import read_coefficients
from operators.codecs.jpeg_write import write_jpeg
from operators.codecs.limits import check_size
from operators.codecs.orientation import as_stored, exif_orientation, upright
from operators.picture import Picture, UnreadableImage

MODES = {"grey": "L", "ycc": "RGB", "rgb": "RGB", "cmyk": "CMYK", "ycck": "CMYK"}
HARMLESS = re.compile(r"unknown (JFIF|Adobe)|Adobe color transform|Invalid SOS parameters|JFIF revision", re.I)
UNKNOWN_SAMPLING = "Could not determine subsampling"
EXTRANEOUS = re.compile(r"(\d+) extraneous bytes before marker 0xd9")


def decode(data: bytes, *, max_pixels: int) -> Picture:
    """See `operators.ingest.decode`. Any warning of libjpeg about the picture data makes the file unreadable."""
    try:
        frame = parse_frame(data)
    except BrokenJpeg as error:
        kind = "corrupt" if data.endswith(b"\xff\xd9") else "truncated"
        raise UnreadableImage(kind, f"not a valid JPEG: {error}") from error
    check_size(frame.width, frame.height, max_pixels)
    if frame.precision != 8 or frame.marker in (0xC3, 0xC5, 0xC6, 0xC7, 0xCB, 0xCD, 0xCE):
        raise UnreadableImage("unsupported", f"JPEG with {frame.precision} bit samples, process {frame.marker:#x}")
    if len(frame.components) not in (1, 3, 4):
        raise UnreadableImage("unsupported", f"JPEG with {len(frame.components)} components")
    stored, native = _pixels(data, frame), {"data": data, "frame": frame}
    if frame.colour in ("cmyk", "ycck"):
        native["cmyk"], stored = stored, cmyk.to_rgb(stored)
    orientation = exif_orientation(exif_block(frame))
    reason = _uneditable(frame)
    rgb = upright(stored, orientation)
    return Picture(rgb, "JPEG", MODES[frame.colour], orientation, None, not reason, reason, native)


def encode(picture: Picture, rgb: np.ndarray, changed: np.ndarray) -> bytes:
    """See `operators.codecs.encode`. Raises `RuntimeError` if what was written does not read back as meant."""
    data, frame = picture.native["data"], picture.native["frame"]
    changed = as_stored(changed, picture.orientation)
    planes, tables = read_coefficients(data, frame), quantisation(frame)
    samples = _samples(picture.native, frame, as_stored(rgb, picture.orientation), changed)
    edited = edit_blocks(frame, planes, tables, samples, changed)
    out = write_jpeg(frame, edited)
    again = read_coefficients(out, parse_frame(out))
    if not all(np.array_equal(a, b) for a, b in zip(again, edited, strict=True)):
        raise RuntimeError("the written JPEG does not hold the coefficients that were meant")
    return out


def _samples(native: dict[str, Any], frame: Frame, rgb: np.ndarray, changed: np.ndarray) -> np.ndarray:
    """Pixels in the colours that the components are computed from (libjpeg's input colours)."""
    if frame.colour == "grey":
        return luma(rgb)
    if "cmyk" not in native:
        return rgb
    ink = cmyk.separate(rgb, native["cmyk"], changed)
    # Adobe stores ink inverted; YCCK is the YCC of the inverse of the stored CMY
    stored = 255 - ink if frame.adobe_transform is not None else ink
    if frame.colour == "ycck":
        stored = np.concatenate([255 - stored[..., :3], stored[..., 3:]], axis=-1)
    return stored


def _pixels(data: bytes, frame: Frame) -> np.ndarray:
    """(H, W, 3) uint8 RGB, or (H, W, 4) ink, 255 = full. Raises `UnreadableImage`."""
    ink = frame.colour in ("cmyk", "ycck")
    space = "CMYK" if ink else "RGB"
    try:
        pixels = simplejpeg.decode_jpeg(data, colorspace=space, strict=True)
    except ValueError as error:
        if UNKNOWN_SAMPLING in str(error):
            return _by_pillow(data)
        _judge(str(error), data, frame)
        return _by_pillow(data)
    return _by_pillow(data) if ink else pixels  # Pillow knows who inverts


def _by_pillow(data: bytes) -> np.ndarray:
    """Lenient: sees a missing end, but no warning. Also for sampling factors that TurboJPEG has no name for."""
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
            return np.asarray(image if image.mode == "CMYK" else image.convert("RGB"))
    except (OSError, ValueError, SyntaxError) as error:
        kind = "truncated" if "truncated" in str(error) else "corrupt"
        raise UnreadableImage(kind, f"broken JPEG data: {error}") from error


def _judge(warning: str, data: bytes, frame: Frame) -> None:
    """Raise `UnreadableImage` unless the warning leaves every pixel sure."""
    if "premature end" in warning.lower() or not frame.complete:
        raise UnreadableImage("truncated", f"the JPEG ends early: {warning}")
    surplus = EXTRANEOUS.search(warning)
    if surplus:
        rest = data[max(0, frame.end - int(surplus[1])) : frame.end]
        if not rest.strip(b"\x00\xff"):
            return  # padding before the end
    if not HARMLESS.search(warning):
        raise UnreadableImage("corrupt", f"broken JPEG data: {warning}")


def exif_block(frame: Frame) -> bytes:
    """The EXIF block without its prefix; empty without one."""
    return next((s.body[6:] for s in frame.segments if s.marker == 0xE1 and s.body[:6] == b"Exif\0\0"), b"")


def icc_profile(frame: Frame) -> bytes:
    """The ICC profile, put together from its APP2 segments; empty without one."""
    bodies = (s.body for s in frame.segments if s.marker == APP2)
    parts = [b for b in bodies if b[:12] == b"ICC_PROFILE\0" and len(b) > 14]
    return b"".join(p[14:] for p in sorted(parts, key=lambda p: p[12]))


def _uneditable(frame: Frame) -> str:
    """Why this file cannot be changed without touching what must stay; empty if it can."""
    if any(s.marker == APP2 and s.body[:4] == b"MPF\0" for s in frame.segments):
        return "multi-picture JPEG (MPO, gain map): its index would no longer fit"
    if any(s.marker == DQT or _other_frame_data(s) for s in frame.late):
        return "JPEG whose tables change between its scans"
    if any(frame.h_max % c.h or frame.v_max % c.v for c in frame.components):
        return "JPEG with fractional chroma sampling factors"
    try:
        tables = quantisation(frame)
    except BrokenJpeg as error:
        return f"JPEG with unusual tables: {error}"
    if any(c.table not in tables or not tables[c.table].all() for c in frame.components):
        return "JPEG without quantisation tables of its own"
    return ""


def _other_frame_data(segment: Segment) -> bool:
    metadata = segment.marker == 0xFE or 0xE0 <= segment.marker <= 0xEF
    return not metadata and segment.marker not in (DHT, DRI, 0xCC)
