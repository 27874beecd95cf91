"""The quantised DCT coefficients of a JPEG, through the libjpeg that jpeglib brings."""

from __future__ import annotations

import ctypes
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np

from operators.codecs.jpeg_frame import Frame, quantisation

LIBRARY = "cjpeglib_turbo210.*"  # libjpeg-turbo: reads arithmetic coding too


def read_coefficients(data: bytes, frame: Frame) -> list[np.ndarray]:
    """One int16 array (block rows, block columns, 8, 8) per component, natural order, quantised.

    `data` must have been decoded without a fatal error before: this libjpeg ends the process on a broken header.
    Raises `RuntimeError` when libjpeg does not see the frame that `parse_frame` saw.
    """
    planes = [np.zeros((*frame.blocks(i), 8, 8), np.int16) for i in range(len(frame.components))]
    pointers = [p.ctypes.data_as(ctypes.c_void_p) for p in planes] + [None] * (4 - len(planes))
    tables, numbers = np.zeros((4, 8, 8), np.uint16), np.zeros(4, np.int16)
    with _as_file(data) as path:
        status = _library().read_jpeg_dct(
            os.fsencode(path),
            *pointers,
            tables.ctypes.data_as(ctypes.c_void_p),
            numbers.ctypes.data_as(ctypes.c_void_p),
        )
    if status != 1:
        raise RuntimeError("libjpeg could not read the coefficients")
    own = quantisation(frame)
    for component, number in zip(frame.components, numbers, strict=False):
        if number != component.table or not np.array_equal(tables[number], own[component.table]):
            raise RuntimeError("libjpeg and the frame header disagree on the quantisation tables")
    return planes


@cache
def _library() -> ctypes.CDLL:
    import jpeglib.cjpeglib as binaries

    folder = Path(next(iter(binaries.__path__)))
    path = next((p for p in folder.glob(LIBRARY) if p.suffix in (".so", ".pyd", ".dll")), None)
    if path is None:
        raise RuntimeError(f"jpeglib without {LIBRARY} in {folder}: install jpeglib 1.0.2 or a later 1.x")
    library = ctypes.CDLL(str(path))
    library.read_jpeg_dct.argtypes = [ctypes.c_char_p] + [ctypes.c_void_p] * 6
    library.read_jpeg_dct.restype = ctypes.c_int
    return library


@contextmanager
def _as_file(data: bytes) -> Iterator[str]:
    """A path under which `data` can be opened: in memory where the system can, else a temporary file."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("jpeg")
        try:
            with os.fdopen(os.dup(descriptor), "wb") as file:
                file.write(data)
            yield f"/proc/self/fd/{descriptor}"
        finally:
            os.close(descriptor)
    else:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "picture.jpg"
            path.write_bytes(data)
            yield str(path)
