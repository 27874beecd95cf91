"""Distances on a grid."""

from __future__ import annotations

import cv2
import numpy as np
from scipy.ndimage import distance_transform_edt

from operators.measures.distance import distance_to_zero

RNG = np.random.default_rng(0)


def blobs(height: int, width: int) -> np.ndarray:
    return (cv2.GaussianBlur(RNG.normal(size=(height, width)).astype(np.float32), (0, 0), 3) > 0).astype(np.uint8)


def at(offset: int, mask: np.ndarray) -> np.ndarray:
    """The mask so many bytes behind an address that 64 divides."""
    memory = np.empty(mask.nbytes + 128, np.uint8)
    start = -memory.ctypes.data % 64 + offset
    placed = memory[start : start + mask.nbytes].reshape(mask.shape)
    placed[:] = mask
    return placed


def test_the_same_bits_wherever_the_mask_lies() -> None:
    """Two runs of one job whose records differ in the last digit: OpenCV's transform goes by the address."""
    for _ in range(20):
        mask = blobs(*RNG.integers(20, 90, 2))
        first = distance_to_zero(at(0, mask))
        assert all(np.array_equal(first, distance_to_zero(at(offset, mask))) for offset in (1, 3, 8, 16, 33))


def test_distances_are_exact() -> None:
    """Rounding that moves a distance to another one."""
    mask = blobs(300, 400)
    assert np.array_equal(distance_to_zero(mask), distance_transform_edt(mask).astype(np.float32))
    far = np.ones((3, 1300), bool)
    far[1, 0] = False
    assert np.allclose(distance_to_zero(far)[1], np.arange(1300), rtol=1e-6)
    assert distance_to_zero(np.ones((4, 5), bool)).min() > 1000
