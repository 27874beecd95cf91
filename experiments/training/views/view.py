"""A view: a photograph with what was drawn on it and the truth about it, as the networks train on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from safetensors.numpy import load_file, save_file

_PICTURES = ("image", "clean", "alpha", "colour", "probability")


@dataclass(frozen=True)
class View:
    """All of one size (H, W), uint8.

    image: (H, W, 3) RGB, what a network sees. clean: (H, W, 3), the photograph before anything was drawn; not degraded.
    alpha: (H, W), 255 = opaque overlay; zero for pictures without. colour: (H, W, 3), T, zero where alpha is.
    probability: (H, W), of the text detector, 255 = 1. quads: float32 (N, 4, 2) px, lines of overlay. scene: float32
    (M, 4, 2) px, lines that belong to the scene, as far as they are known.
    """

    image: np.ndarray
    clean: np.ndarray
    alpha: np.ndarray
    colour: np.ndarray
    probability: np.ndarray
    quads: np.ndarray
    scene: np.ndarray


def save_views(path: Path, views: list[View]) -> None:
    """One shard: PNG pictures in a safetensors file, written under another name and renamed."""
    arrays: dict[str, np.ndarray] = {}
    for index, view in enumerate(views):
        for name in _PICTURES:
            arrays[f"{index}.{name}"] = _png(getattr(view, name))
        arrays |= {f"{index}.quads": view.quads, f"{index}.scene": view.scene}
    partial = path.with_suffix(".partial")
    save_file({n: np.ascontiguousarray(a) for n, a in arrays.items()}, partial)
    partial.replace(path)


def load_views(path: Path) -> Iterator[View]:
    """The views of a shard, decoded one by one."""
    arrays = load_file(path)
    for index in range(sum(name.endswith(".image") for name in arrays)):
        pictures = {name: _decoded(arrays[f"{index}.{name}"]) for name in _PICTURES}
        yield View(**pictures, quads=arrays[f"{index}.quads"], scene=arrays[f"{index}.scene"])


def _png(picture: np.ndarray) -> np.ndarray:
    done, data = cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    assert done
    return data.ravel()


def _decoded(data: np.ndarray) -> np.ndarray:
    picture = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    assert picture is not None
    return picture
