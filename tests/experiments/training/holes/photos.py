"""Photographs of scikit-image as files, for what reads a folder."""

from __future__ import annotations

from pathlib import Path

import cv2
import skimage.data


def photo_files(folder: Path) -> list[Path]:
    """Two JPEGs."""
    pictures = {"astronaut": skimage.data.astronaut(), "chelsea": skimage.data.chelsea()}
    for name, picture in pictures.items():
        cv2.imwrite(str(folder / f"{name}.jpg"), picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 95])
    return sorted(folder.glob("*.jpg"))
