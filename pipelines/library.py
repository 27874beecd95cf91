"""Library use: one picture through the same stages, without Ray."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from operators.ingest import decode
from operators.record import ImageRecord, Region
from operators.stage import Line
from pipelines.line import build_line
from pipelines.recipe import Recipe, load_recipe


@dataclass(frozen=True)
class CleanImage:
    """What became of one picture.

    data: encoded bytes in the source's own format (the original ones if nothing changed), None if unreadable.
    pixels: uint8 or uint16 (H, W, 3), upright RGB, None if unreadable. status, reason, error: as in the job's rows.
    regions: with quad, route, reason, generator, path, scores and matte. seconds: per stage. verdict: pass, review or
    fail, empty when nobody looked; doubt: why it is not pass.
    """

    data: bytes | None
    pixels: np.ndarray | None
    status: str
    reason: str
    error: str
    regions: list[Region]
    seconds: dict[str, float]
    measures: dict[str, float]
    verdict: str = ""
    doubt: str = ""

    @property
    def risk(self) -> float | None:
        """0..1, that somebody notices a filling: the largest of the regions; None when the verifier saw none."""
        return max((r.scores["risk"] for r in self.regions if "risk" in r.scores), default=None)


def clean_image(
    image: np.ndarray | str | Path | bytes,
    recipe: Recipe | str | Path | dict[str, Any] | None = None,
    *,
    mask: np.ndarray | None = None,
) -> CleanImage:
    """Clean one picture.

    image: uint8 (H, W, 3) RGB or (H, W) grey array, a path, or encoded bytes.
    recipe: as `load_recipe` takes it. mask: bool or uint8 (H, W), nonzero where overlay is, beside what is detected.
    Raises `RecipeError` for a recipe that cannot be used and `ValueError` for an array or mask of another shape;
    an unreadable picture is a result with status `failed`.
    """
    line = _ready_line(load_recipe(recipe))
    name, data = _encoded(image)
    members = [(str(Path(name).with_suffix(".mask.png")), _png(_checked_mask(mask)))] if mask is not None else []
    record = ImageRecord(key=name, name=name, image=data, members=members)
    line([record])
    pixels = decode(record.result, max_pixels=2**62).rgb if record.result is not None else None
    return CleanImage(record.result, pixels, record.status.value, record.reason, record.error, record.regions,
                      record.seconds, record.measures, record.verdict, record.doubt)


@lru_cache(maxsize=4)
def _ready_line(recipe: Recipe) -> Line:
    line = build_line(recipe)
    line.setup()
    return line


def _encoded(image: np.ndarray | str | Path | bytes) -> tuple[str, bytes]:
    if isinstance(image, bytes):
        return "image", image
    if isinstance(image, str | Path):
        return Path(image).name, Path(image).read_bytes()
    if image.dtype not in (np.uint8, np.uint16) or not (image.ndim == 2 or image.shape[2:] == (3,)):
        raise ValueError(f"image: an array must be uint8 or uint16, (H, W) or (H, W, 3) RGB, "
                         f"not {image.dtype} {image.shape}")
    return "image.png", _png(image if image.ndim == 2 else image[:, :, ::-1])


def _checked_mask(mask: np.ndarray) -> np.ndarray:
    if mask.ndim != 2:
        raise ValueError(f"mask: must be (H, W), not {mask.shape}")
    return (mask != 0).astype(np.uint8) * 255


def _png(array: np.ndarray) -> bytes:
    done, data = cv2.imencode(".png", array)
    if not done:
        raise ValueError(f"could not encode an array of {array.dtype} {array.shape}")
    return data.tobytes()
