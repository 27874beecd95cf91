"""Named arrays and one text as bytes: the safetensors container, so nothing in a payload can execute."""

from __future__ import annotations

import numpy as np
from safetensors.numpy import load, save


def pack(arrays: dict[str, np.ndarray], text: str) -> bytes:
    """Arrays of any dtype and shape, and a UTF-8 text, as one byte string."""
    note = np.frombuffer(text.encode(), np.uint8)
    return save({"__text__": note} | {n: np.ascontiguousarray(a) for n, a in arrays.items()})


def unpack(payload: bytes) -> tuple[dict[str, np.ndarray], str]:
    """The inverse of `pack`."""
    arrays = load(payload)
    text = arrays.pop("__text__").tobytes().decode()
    return arrays, text
