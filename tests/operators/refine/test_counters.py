from __future__ import annotations

import numpy as np

from operators.refine.counters import spare_counters
from operators.refine.dilation import distance_from


def _ring(inner: int) -> np.ndarray:
    """Bool (80, 80): a square ring 8 px thick around a square counter of `inner` px."""
    mask = np.zeros((80, 80), bool)
    mask[20 : 36 + inner, 20 : 36 + inner] = True
    mask[28 : 28 + inner, 28 : 28 + inner] = False
    return mask


def test_a_wide_counter_keeps_its_middle() -> None:
    """The growth of a thick stroke that closes a counter it need not close."""
    distance = distance_from(_ring(8), None)
    spared = spare_counters(distance, 5.0, 1.4)
    assert (distance <= 5.0)[28:36, 28:36].all() and not (spared <= 5.0)[31:33, 31:33].any()
    assert (spared <= 5.0)[28, 28:36].all()
    outside = ~_ring(8)
    outside[28:36, 28:36] = False
    assert np.array_equal(spared[outside], distance[outside])


def test_a_narrow_counter_closes() -> None:
    """A hole narrower than its feather: the blend would bring the overlay back."""
    distance = distance_from(_ring(3), None)
    assert np.array_equal(spare_counters(distance, 3.0, 1.4), distance)
