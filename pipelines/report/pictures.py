"""The pictures of the page: bounded copies of before and after, a thumbnail, and the changed pixels as an overlay."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace

import numpy as np
from PIL import Image

from pipelines.frames import read_frame
from pipelines.report.data import Case

LONG_SIDE = 960  # pixels, of before and after
THUMB_SIDE = 256
QUALITY = 88


@dataclass(frozen=True)
class CasePictures:
    """File names relative to the report's folder, "" where there is no picture. changed: share of pixels that differ,
    None when that is not known. files: name to encoded bytes."""

    before: str = ""
    after: str = ""
    thumb: str = ""
    hole: str = ""
    width: int = 0
    height: int = 0
    changed: float | None = None
    missing: str = ""
    files: dict[str, bytes] = field(default_factory=dict)

    def without_files(self) -> CasePictures:
        """The names alone, once the bytes are written."""
        return replace(self, files={})


def case_pictures(case: Case, index: int) -> CasePictures:
    """The files of one case, named by its number so that no key reaches the file system. Never raises on bad bytes:
    what cannot be decoded is missing, and `missing` says why."""
    before, no_before = read_frame(case.before)
    after, no_after = read_frame(case.after)
    shown = after if after is not None else before
    missing = case.missing or no_before or (no_after if case.status != "failed" else "")
    if shown is None:
        return CasePictures(missing=missing or "no picture was written")
    files: dict[str, bytes] = {}
    names = {}
    for name, frame in (("before", before), ("after", after)):
        if frame is not None:
            names[name] = f"pictures/{index:04d}-{name}.webp"
            files[names[name]] = _webp(frame, LONG_SIDE)
    names["thumb"] = f"pictures/{index:04d}-thumb.webp"
    files[names["thumb"]] = _webp(shown, THUMB_SIDE)
    changed = _changed(before, after)
    hole = _hole(case.hole_png, changed)
    if hole is not None and hole.any():
        names["hole"] = f"pictures/{index:04d}-hole.png"
        files[names["hole"]] = _stencil(hole)
    return CasePictures(**names, width=shown.shape[1], height=shown.shape[0], missing=missing, files=files,
                        changed=None if changed is None else float(changed.mean()))


def _changed(before: np.ndarray | None, after: np.ndarray | None) -> np.ndarray | None:
    """bool (H, W): pixels that differ at all; None when the two cannot be compared."""
    if before is None or after is None or before.shape != after.shape:
        return None
    return np.asarray((before != after).any(axis=2))


def _hole(hole_png: bytes | None, changed: np.ndarray | None) -> np.ndarray | None:
    if hole_png is None:
        return changed
    with Image.open(io.BytesIO(hole_png)) as image:
        return np.asarray(image.convert("L")) > 127


def _shrunk(image: Image.Image, side: int, filter: Image.Resampling) -> Image.Image:
    scale = min(1.0, side / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image if size == image.size else image.resize(size, filter)


def _webp(frame: np.ndarray, side: int) -> bytes:
    buffer = io.BytesIO()
    _shrunk(Image.fromarray(frame), side, Image.Resampling.LANCZOS).save(buffer, "WEBP", quality=QUALITY, method=2)
    return buffer.getvalue()


def _stencil(hole: np.ndarray) -> bytes:
    """A two-colour PNG, magenta where the hole is and transparent elsewhere: laid over the picture as it is."""
    small = _shrunk(Image.fromarray(hole.astype(np.uint8) * 255), LONG_SIDE, Image.Resampling.BOX)
    image = Image.fromarray((np.asarray(small) > 0).astype(np.uint8), "P")
    image.putpalette([0, 0, 0, 255, 0, 168])
    buffer = io.BytesIO()
    image.save(buffer, "PNG", transparency=0, optimize=True)
    return buffer.getvalue()
