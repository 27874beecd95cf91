"""What a mask has of parts that do not reach the border."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np


def enclosed(mask: np.ndarray) -> tuple[np.ndarray, Iterator[tuple[tuple[slice, slice], np.ndarray]]]:
    """(bool (h, w): which of a mask's pixels hang together with its border; the other parts, one by one: the window of
    each, and which of the window's pixels it is). mask: bool (h, w); parts touch along sides, not at corners."""
    count, label, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    outside = np.zeros(count, bool)
    for edge in (label[0], label[-1], label[:, 0], label[:, -1]):
        outside[edge] = True
    outside[0] = False
    return outside[label], (_part(label, stats[one], one) for one in range(1, count) if not outside[one])


def _part(label: np.ndarray, stats: np.ndarray, one: int) -> tuple[tuple[slice, slice], np.ndarray]:
    x, y, width, height, _ = stats
    window = slice(y, y + height), slice(x, x + width)
    return window, label[window] == one
