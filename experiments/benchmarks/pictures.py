"""The benchmarks' input: JPEGs, three of four under an overlay, in a folder or one by one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from experiments.datasets import data_folder, photo_paths, read_rgb
from experiments.evaluations.rendered import jpeg, rendered_cases
from experiments.training.fonts import held_out_fonts
from operators.render import KINDS, render_overlay


def write_pictures(folder: Path, count: int) -> list[Path]:
    """`count` pictures below `folder`, made once; picture i follows from i alone."""
    folder.mkdir(parents=True, exist_ok=True)
    photos, fonts = photo_paths("eval"), held_out_fonts(data_folder() / "fonts")
    paths = [folder / f"{i:05d}.jpg" for i in range(count)]
    for i, path in enumerate(paths):
        if not path.exists():
            photo = cv2.resize(read_rgb(photos[i % len(photos)]), (640, 480), interpolation=cv2.INTER_AREA)
            if i % 4 != 3:
                photo = render_overlay(photo, KINDS[i % len(KINDS)], np.random.default_rng([11, i]), fonts).image
            path.write_bytes(jpeg(photo))
    return paths


def scaled_cases(count: int, size: tuple[int, int]) -> Iterator[bytes]:
    """JPEG bytes of at least `count` pictures of the rendered set of `eval`, as many of every kind, scaled to
    (width, height)."""
    for index, case in enumerate(rendered_cases("eval", -(-count // len(KINDS)))):
        source = case.photo if index % 4 == 3 else case.overlay.image
        yield jpeg(cv2.resize(source, size, interpolation=cv2.INTER_AREA))
