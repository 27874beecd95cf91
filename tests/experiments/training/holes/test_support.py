"""The shapes of holes."""

from __future__ import annotations

import numpy as np

from experiments.training.holes.support import BOX, blob, box, misplaced, strokes


def test_every_shape_covers_a_part_of_the_crop() -> None:
    """Shapes that come out empty or whole."""
    for seed in range(30):
        for shape in (box, strokes, blob):
            drawn = shape(128, np.random.default_rng(seed))
            assert drawn.shape == (128, 128) and 0 < drawn.mean() < 0.9


def test_boxes_have_the_sides_they_promise() -> None:
    """Boxes that are cut off by the crop's border."""
    for seed in range(30):
        drawn = box(128, np.random.default_rng(seed))
        assert all(BOX[0] <= drawn.any(axis).sum() <= BOX[1] for axis in (0, 1))
        assert drawn.sum() == drawn.any(0).sum() * drawn.any(1).sum()


def test_a_misplaced_mask_still_overlaps_the_overlay() -> None:
    """A matte that is off by more than any predicted one, or not at all."""
    overlay = np.zeros((128, 128), bool)
    overlay[50:70, 20:100] = True
    moved = [misplaced(overlay, np.random.default_rng(seed)) for seed in range(30)]
    assert all((m & overlay).sum() > 0.2 * overlay.sum() for m in moved)
    assert sum(np.array_equal(m, overlay) for m in moved) < 3
