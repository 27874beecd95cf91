"""Where the photographs, fonts and pairs for training and measuring are: the folder in $CLEANPLATE_SHARED."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np

JUDGES_SHARE = 5  # every so many-th training photograph


def data_folder() -> Path:
    """The folder with photos/, fonts/, pairs/, scene_text/. Raises `SystemExit` saying what to set."""
    folder = os.environ.get("CLEANPLATE_SHARED")
    if not folder or not (Path(folder) / "data" / "photos").is_dir():
        raise SystemExit("set CLEANPLATE_SHARED to the folder that holds data/photos and data/fonts")
    return Path(folder) / "data"


def photos_for(use: str, paths: list[Path]) -> list[Path]:
    """Of the training photographs those for `networks`, or those for `judges` (what is fitted to the networks' answers
    and must not trust what they know by heart), or `all`. Raises ValueError for another use."""
    paths = sorted(paths)
    if use == "all":
        return paths
    if use not in ("networks", "judges"):
        raise ValueError(f"photographs for {use}? They are for networks, judges or all")
    return [path for i, path in enumerate(paths) if (i % JUDGES_SHARE == 0) == (use == "judges")]


def photo_paths(split: str) -> list[Path]:
    """Sorted photographs of a split: train, calibrate or eval."""
    return sorted((data_folder() / "photos" / split).glob("*.jpg"))


def read_rgb(path: Path) -> np.ndarray:
    """uint8 (H, W, 3) RGB."""
    bgr = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if bgr is None:
        raise ValueError(f"{path} is not a picture")
    return cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)
