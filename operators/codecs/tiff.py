"""TIFF: only the strips or tiles under the hole are made anew; every tag, and every other segment, stays."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from operators.codecs.by_pillow import decode_for_viewing
from operators.codecs.limits import check_size
from operators.codecs.orientation import as_stored, upright
from operators.codecs.raster import Layout, changed_raster, look
from operators.codecs.tiff_directory import Directory, point, read_directory
from operators.codecs.tiff_segments import SUPPORTED, SegmentForm, decode_segment, encode_segment
from operators.picture import Picture, UnreadableImage

KINDS = {0: "grey", 1: "grey", 2: "rgb", 3: "palette", 5: "cmyk"}


def decode(data: bytes, *, max_pixels: int) -> Picture:
    """See `operators.ingest.decode`. Several pages, JPEG inside, and floats are readable but pass untouched."""
    directory = read_directory(data)
    check_size(directory.get(256), directory.get(257), max_pixels)
    reason = _uneditable(directory)
    if reason:
        return decode_for_viewing(data, "TIFF", reason)
    layout = _layout(directory)
    raster = _read(data, directory, layout)
    if layout.palette is not None and int(raster.max()) >= len(layout.palette):
        raise UnreadableImage("corrupt", f"a pixel uses palette entry {raster.max()} of {len(layout.palette)}")
    orientation = directory.get(274, 1)
    orientation = orientation if 1 <= orientation <= 8 else 1
    rgb, alpha = look(raster, layout)
    native = {"data": data, "directory": directory, "raster": raster, "layout": layout}
    turned = None if alpha is None else upright(alpha, orientation)
    return Picture(upright(rgb, orientation), "TIFF", layout.mode, orientation, turned, native=native)


def encode(picture: Picture, rgb: np.ndarray, changed: np.ndarray) -> bytes:
    """See `operators.codecs.encode`."""
    native, turn = picture.native, picture.orientation
    directory: Directory = native["directory"]
    changed = as_stored(changed, turn)
    raster = changed_raster(native["raster"], native["layout"], as_stored(rgb, turn), changed)
    offsets, counts = (list(directory.all(tag)) for tag in directory.data_tags)
    shared = len(set(offsets)) < len(offsets)
    out, moved = bytearray(native["data"]), False
    for i, (y, x, planes, form) in enumerate(_segments(directory)):
        window = changed[y : y + form.rows, x : x + form.columns]
        if not window.any():
            continue
        old = decode_segment(native["data"][offsets[i] : offsets[i] + counts[i]], form)
        samples = old.copy()
        part = raster[y : y + form.rows, x : x + form.columns, planes]
        samples[: part.shape[0], : part.shape[1]] = part
        packed = encode_segment(samples, form)
        if len(packed) > counts[i] or shared:
            out.extend(b"\0" * (len(out) % 2))
            offsets[i], moved = len(out), True
            out.extend(packed)
        else:
            out[offsets[i] : offsets[i] + len(packed)] = packed
        moved = moved or len(packed) != counts[i]
        counts[i] = len(packed)
    if moved:
        for tag, values in zip(directory.data_tags, (offsets, counts), strict=True):
            point(out, directory, tag, values)
    return bytes(out)


def _read(data: bytes, directory: Directory, layout: Layout) -> np.ndarray:
    """(H, W, C) stored samples. Raises `UnreadableImage`."""
    height, width = directory.get(257), directory.get(256)
    samples = directory.get(277, 1)
    raster = np.zeros((height, width, samples), np.uint16 if layout.bits == 16 else np.uint8)
    offsets, counts = (directory.all(tag) for tag in directory.data_tags)
    segments = list(_segments(directory))
    if len(offsets) < len(segments) or len(counts) < len(segments):
        raise UnreadableImage("corrupt", f"the TIFF names {len(offsets)} of {len(segments)} strips or tiles")
    for (y, x, planes, form), offset, count in zip(segments, offsets, counts, strict=False):
        if offset + count > len(data):
            raise UnreadableImage("truncated", f"a TIFF segment lies beyond the end of the file ({len(data):,} bytes)")
        part = decode_segment(data[offset : offset + count], form)
        raster[y : y + form.rows, x : x + form.columns, planes] = part[: height - y, : width - x]
    return raster


def _segments(directory: Directory) -> Iterator[tuple[int, int, slice, SegmentForm]]:
    """(top, left, samples, form) of every strip or tile, in file order."""
    height, width, samples = directory.get(257), directory.get(256), directory.get(277, 1)
    tall = directory.get(323) if directory.tiled else min(directory.get(278, height), height)
    wide = directory.get(322) if directory.tiled else width
    if tall < 1 or wide < 1:
        raise UnreadableImage("corrupt", f"TIFF strips or tiles of {wide}x{tall}")
    separate = directory.get(284, 1) == 2
    planes = [slice(i, i + 1) for i in range(samples)] if separate else [slice(0, samples)]
    for plane in planes:
        for y in range(0, height, tall):
            rows = tall if directory.tiled else min(tall, height - y)
            for x in range(0, width, wide):
                yield y, x, plane, _form(directory, rows, wide, plane.stop - plane.start)


def _form(directory: Directory, rows: int, columns: int, samples: int) -> SegmentForm:
    return SegmentForm(
        rows,
        columns,
        samples,
        directory.get(258, 1),
        directory.get(259, 1),
        directory.get(317, 1),
        directory.order,
        directory.get(292),
    )


def _layout(directory: Directory) -> Layout:
    photometric, bits = directory.get(262, 1), directory.get(258, 1)
    kind = KINDS[photometric]
    palette = None
    if kind == "palette":
        table = np.array(directory.all(320)).reshape(3, -1).T
        palette = (table >> 8 if table.max(initial=0) > 255 else table).astype(np.uint8)
    layout = Layout(kind, bits, palette=palette, inverted=photometric == 0)
    alpha = directory.get(277, 1) > layout.colours and directory.get(338) in (1, 2)
    return Layout(kind, bits, alpha and kind in ("grey", "rgb"), palette, inverted=layout.inverted)


def _uneditable(directory: Directory) -> str:
    """Why the file passes untouched; empty if it can be edited."""
    bits, samples = directory.all(258, (1,)), directory.get(277, 1)
    compression, photometric = directory.get(259, 1), directory.get(262, 1)
    kind = KINDS.get(photometric, "")
    if directory.next:
        return "TIFF with several pages"
    if compression not in SUPPORTED:
        return f"TIFF with compression {compression}"
    if not kind or samples < Layout(kind).colours:
        return f"TIFF with photometric interpretation {photometric} and {samples} samples"
    if set(directory.all(339, (1,))) != {1}:
        return "TIFF whose samples are no unsigned integers"
    if len(set(bits)) != 1 or bits[0] not in (1, 2, 4, 8, 16) or (bits[0] == 16 and kind in ("cmyk", "palette")):
        return f"TIFF with {'/'.join(map(str, bits))} bits per sample of kind {kind}"
    if bits[0] < 8 and (samples > 1 or kind not in ("grey", "palette")):
        return f"TIFF with {samples} samples of {bits[0]} bits"
    predictor = directory.get(317, 1)
    if directory.get(266, 1) != 1 or predictor not in (1, 2) or (predictor == 2 and bits[0] < 8):
        return "TIFF with reversed bits or an unusual predictor"
    if kind == "palette" and (not directory.all(320) or len(directory.all(320)) % 3):
        return "palette TIFF without a palette"
    return ""
