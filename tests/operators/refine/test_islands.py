"""What a hole encloses."""

from __future__ import annotations

import cv2
import numpy as np
import skimage.data

from operators.refine.islands import close_strange

GROWTH = 2.0
PHOTO = np.ascontiguousarray(skimage.data.chelsea()[100:180, 100:200]).astype(np.float32) / 255


def ring(view: np.ndarray, colour: tuple[float, float, float] | None, inner: int = 6) -> np.ndarray:
    """Distances to a ring of overlay around (50, 40), its inside painted with the colour, if any."""
    overlay = np.zeros(view.shape[:2], np.uint8)
    cv2.circle(overlay, (50, 40), inner + 2, 1, 4)
    if colour is not None:
        cv2.circle(view, (50, 40), inner, colour, -1)
    return cv2.distanceTransform(1 - overlay, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)


def test_a_missed_piece_of_a_letter_is_taken_in() -> None:
    """An orange filling: the letter's inside was kept for the picture's own."""
    view = PHOTO.copy()
    distance = ring(view, (1.0, 0.1, 0.9))
    assert distance[40, 50] > GROWTH
    closed = close_strange(distance, GROWTH, view)
    assert closed[40, 50] == 0 and np.array_equal(closed[:20], distance[:20])
    assert closed[34:47, 50].max() < 1.5, "a feather around the island would show it through"


def test_a_counter_that_shows_the_picture_stays() -> None:
    """Letters whose counters are all closed take more of the picture than they must."""
    view = PHOTO.copy()
    distance = ring(view, None)
    assert close_strange(distance, GROWTH, view) is distance


def test_the_segmenters_suspicion_lowers_what_is_strange() -> None:
    """White letters over coins that are as white here and there: their insides smeared over the coins."""
    view = np.where(np.random.default_rng(0).random((80, 100, 1)) < 0.5, 0.2, 0.8).repeat(3, 2).astype(np.float32)
    distance = ring(view, (0.8, 0.8, 0.8))
    assert close_strange(distance, GROWTH, view, np.full(distance.shape, 0.1, np.float32)) is distance
    assert close_strange(distance, GROWTH, view, np.full(distance.shape, 0.5, np.float32))[40, 50] == 0


def test_a_large_enclosure_is_the_pictures_own() -> None:
    """A frame around a red car that takes the car away."""
    view = PHOTO.copy()
    distance = ring(view, (1.0, 0.1, 0.9), inner=20)
    assert close_strange(distance, GROWTH, view) is distance
