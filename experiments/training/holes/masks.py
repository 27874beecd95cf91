"""Masks of holes in one file, to be laid on other photographs than those they were cut for."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
from safetensors.numpy import load_file, save_file
from torch import Tensor

from experiments.training.holes.crops import Holes

_OUTSIDE, _KNOWN = 255, 254  # of a pixel outside the hole, and of one inside it that is wholly known


def save_masks(path: Path, masks: list[Holes]) -> None:
    """hole and known of crops of one size; known to 1 / 254."""
    pictures = [np.where(one.hole, np.rint(_KNOWN * one.known), _OUTSIDE).astype(np.uint8) for one in masks]
    coded = [cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 9])[1].ravel() for picture in pictures]
    save_file({"bytes": np.concatenate(coded), "ends": np.cumsum([len(one) for one in coded])}, path)


def load_masks(path: Path) -> np.ndarray:
    """uint8 (M, S, S), as `hole_and_known` reads it."""
    arrays = load_file(path)
    parts = np.split(arrays["bytes"], arrays["ends"][:-1])
    return np.stack([_decoded(part) for part in parts])


def hole_and_known(masks: Tensor) -> tuple[Tensor, Tensor]:
    """bool and float32, 0..1, of the shape of some of `load_masks`."""
    hole = masks < _OUTSIDE
    return hole, torch.where(hole, masks.float() / _KNOWN, 1.0)


def _decoded(data: np.ndarray) -> np.ndarray:
    picture = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    return picture
