"""The benchmark's input: a folder of 640x480 JPEGs, three of four under an overlay."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from experiments.datasets import data_folder, photo_paths, read_rgb
from experiments.evaluations.rendered import jpeg
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
