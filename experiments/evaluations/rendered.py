"""The rendered evaluation set: photographs of a split under overlays in fonts never trained on."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from experiments.datasets import data_folder, photo_paths, read_rgb
from experiments.training.fonts import held_out_fonts
from operators.render import KINDS, Overlay, render_overlay


@dataclass(frozen=True)
class RenderedCase:
    """key; overlay with its image, alpha and regions; data: the picture as JPEG q90 4:2:0 bytes."""

    key: str
    overlay: Overlay
    photo: np.ndarray
    data: bytes


def rendered_cases(split: str, per_kind: int, kinds: Sequence[str] = KINDS, seed: int = 7) -> Iterator[RenderedCase]:
    """`per_kind` pictures of every kind; photograph and overlay follow from (seed, kind, index) alone."""
    paths, fonts = photo_paths(split), held_out_fonts(data_folder() / "fonts")
    for kind in kinds:
        order = np.random.default_rng([seed, zlib.crc32(kind.encode())]).permutation(len(paths))
        for index in range(per_kind):
            path = paths[order[index % len(paths)]]
            rng = np.random.default_rng([seed, zlib.crc32(kind.encode()), index])
            photo = read_rgb(path)
            overlay = render_overlay(photo, kind, rng, fonts)
            yield RenderedCase(f"{kind}_{index:03d}_{path.stem}", overlay, photo, jpeg(overlay.image))


def jpeg(rgb: np.ndarray, quality: int = 90) -> bytes:
    """uint8 (H, W, 3) RGB as JPEG bytes."""
    done, data = cv2.imencode(".jpg", rgb[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return data.tobytes()
