"""What the detector is measured on: photographs it has not seen, with overlays in fonts it has not seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from experiments.datasets import read_rgb
from operators.render import KINDS, FontBook, degrade, render_overlay

CLEAN = "clean"


@dataclass(frozen=True)
class Case:
    """image: uint8 (H, W, 3) RGB. alpha: float32 (H, W), zero for a clean photograph. kind: one of KINDS, or CLEAN."""

    kind: str
    image: np.ndarray
    alpha: np.ndarray


def clean_cases(photos: Path) -> Iterator[Case]:
    """Every photograph of the folder as it is."""
    for path in sorted(photos.glob("*.jpg")):
        image = read_rgb(path)
        yield Case(CLEAN, image, np.zeros(image.shape[:2], np.float32))


def rendered_cases(photos: Path, fonts: FontBook, per_kind: int, seed: int) -> Iterator[Case]:
    """`per_kind` overlays of each kind on photographs of the folder, long side 480 to 1024 px, two thirds of them
    degraded (resampling, blur, noise, JPEG)."""
    paths = sorted(photos.glob("*.jpg"))
    for index, kind in enumerate(KINDS):
        rng = np.random.default_rng([seed, index])
        for number in rng.permutation(np.arange(per_kind) % len(paths)):
            photo = read_rgb(paths[(int(number) * len(KINDS) + index) % len(paths)])
            scale = min(float(rng.uniform(480, 1024)) / max(photo.shape), 1.0)
            photo = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            overlay = render_overlay(photo, kind, rng, fonts)
            image = degrade(overlay.image, rng) if rng.random() < 2 / 3 else overlay.image
            yield Case(kind, image, overlay.alpha)
