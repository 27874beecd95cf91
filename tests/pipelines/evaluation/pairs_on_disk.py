"""Pairs in the layouts that `evaluate` reads, from a photograph that scikit-image ships."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import numpy as np
from PIL import Image

from tests.operators.overlaid import Case, captioned


def small_case(text: str = "Hello, old world", level: float = 1.0) -> Case:
    """A caption on 240 x 200 pixels."""
    case = captioned("chelsea", at=(120, 220), size=22, text=text, level=level)
    box = slice(60, 260), slice(100, 340)
    return Case(case.photo[box].copy(), case.image[box].copy(), case.alpha[box].copy(), case.quad - [100, 60])


def members(case: Case, kind: str = "caption") -> dict[str, bytes]:
    """By role and extension: input.jpg, target.png, mask.png, alpha.png, meta.json."""
    return {"input.jpg": encoded(case.image, "JPEG", quality=95), "target.png": encoded(case.photo, "PNG"),
            "mask.png": encoded((case.alpha > 0.05).astype(np.uint8) * 255, "PNG"),
            "alpha.png": encoded(np.rint(case.alpha * 65535).astype(np.uint16), "PNG"),
            "meta.json": json.dumps({"kind": kind}).encode()}


def encoded(array: np.ndarray, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, form, **options)
    return buffer.getvalue()


def write_folders(root: Path, key: str, parts: dict[str, bytes]) -> None:
    for name, data in parts.items():
        role, _, extension = name.partition(".")
        (root / role / key).parent.mkdir(parents=True, exist_ok=True)
        (root / role / f"{key}.{extension}").write_bytes(data)


def write_tar(path: Path, pairs: dict[str, dict[str, bytes]]) -> None:
    with tarfile.open(path, "w") as tar:
        for key, parts in pairs.items():
            for name, data in parts.items():
                entry = tarfile.TarInfo(f"{key}.{'json' if name == 'meta.json' else name}")
                entry.size = len(data)
                tar.addfile(entry, io.BytesIO(data))
