"""What removing overlay is measured against: classical inpainting, with a hole from elsewhere.

Pictures are (H, W, 3) uint8 RGB, holes bool (H, W); the result has the picture's shape and equals it outside the hole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import cv2
import numpy as np

from operators.fill.harmonic import fill_membrane

RADIUS = 3  # px around a pixel that OpenCV's methods look at

Filler = Callable[[np.ndarray, np.ndarray], np.ndarray]


def telea(rgb8: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """Fast marching (Telea, 2004) as OpenCV has it."""
    return _opencv(rgb8, hole, cv2.INPAINT_TELEA)


def navier_stokes(rgb8: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """Fluid dynamics (Bertalmio, Bertozzi & Sapiro, 2001) as OpenCV has it."""
    return _opencv(rgb8, hole, cv2.INPAINT_NS)


def harmonic(rgb8: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """The membrane that the product's own generator starts from, cut hard at the hole."""
    filled = fill_membrane(rgb8.astype(np.float32) / 255, _checked(rgb8, hole))
    return np.where(hole[..., None], np.rint(np.clip(filled, 0, 1) * 255).astype(np.uint8), rgb8)


FILLERS: dict[str, Filler] = {"telea": telea, "ns": navier_stokes, "harmonic": harmonic}


def grown(mask: np.ndarray, pixels: int = 1) -> np.ndarray:
    """Bool (H, W): the mask and what lies within `pixels` of it, diagonals included."""
    side = 2 * pixels + 1
    return cv2.dilate(mask.astype(np.uint8), np.ones((side, side), np.uint8)) > 0


def hole_of_quads(quads: Iterable[np.ndarray], shape: tuple[int, int]) -> np.ndarray:
    """Bool `shape` (H, W): everything inside the (4, 2) px quads, as one who only has a detector would erase it."""
    hole = np.zeros(shape, np.uint8)
    for quad in quads:
        cv2.fillConvexPoly(hole, np.rint(quad).astype(np.int32), 1)
    return hole > 0


def _opencv(rgb8: np.ndarray, hole: np.ndarray, method: int) -> np.ndarray:
    if not _checked(rgb8, hole).any():
        return rgb8.copy()
    return cv2.inpaint(np.ascontiguousarray(rgb8), hole.astype(np.uint8), RADIUS, method)


def _checked(rgb8: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """The hole. Raises `ValueError` unless both have the form that the module's docstring names."""
    if rgb8.dtype != np.uint8 or rgb8.shape != (*hole.shape, 3) or hole.dtype != np.bool_:
        raise ValueError(f"a baseline takes (H, W, 3) uint8 and a bool (H, W) hole of the same size, "
                         f"not {rgb8.dtype} {rgb8.shape} and {hole.dtype} {hole.shape}")
    return hole
