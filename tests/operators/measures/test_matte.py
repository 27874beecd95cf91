"""Measures of mattes, on letters whose growth is known."""

from __future__ import annotations

import cv2
import numpy as np

from operators.measures.matte import allowed_growth, alpha_error, counters, hole_coverage, mean_growth
from tests.operators.overlaid import captioned


def _grown(mask: np.ndarray, radius: int) -> np.ndarray:
    distance = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return distance <= radius


def test_error_counts_inside_the_support_alone() -> None:
    """A mean over the picture, in which any error vanishes."""
    truth = captioned(size=60).alpha
    assert abs(alpha_error(np.where(truth > 0, truth * 0.5, 1.0), truth) - 0.5 * truth[truth > 0.05].mean()) < 1e-5
    assert np.isnan(alpha_error(truth * 0, truth * 0))


def test_coverage_and_growth_of_a_known_hole() -> None:
    """Growth measured from the hole's centre, or in pixels of area."""
    truth = captioned(text="I", size=160, at=(200, 200)).alpha
    seen = truth > 0.1
    assert hole_coverage(seen, truth) == 1 and mean_growth(seen, truth) == 0
    assert abs(mean_growth(_grown(seen, 4), truth) - 4) < 0.5
    half = seen & (np.arange(seen.shape[0]) < np.flatnonzero(seen.any(1)).mean())[:, None]
    assert abs(hole_coverage(half, truth) - 0.5) < 0.05
    assert allowed_growth(truth) > 3 == allowed_growth(captioned(size=20).alpha)


def test_counters_that_close_are_counted() -> None:
    """The counter of an O taken for background outside, or its closing unseen."""
    truth = captioned(text="O8", size=90, at=(60, 330)).alpha
    seen = truth > 0.1
    assert counters(seen, truth) == (3, 3)
    assert counters(_grown(seen, 40), truth) == (3, 0)
    assert counters(captioned(text="O", size=10).alpha > 0, captioned(text="O", size=10).alpha)[0] == 0
