"""What the segmenter is shown."""

from __future__ import annotations

import numpy as np

from experiments.training.matte.crops import batch, crop
from tests.experiments.training.views.test_view import view


def test_all_parts_of_a_crop_are_cut_and_flipped_alike() -> None:
    """Truth of another place than its picture."""
    for seed in range(12):
        one = crop(view(), 160, np.random.default_rng(seed))
        changed = (one.image != one.clean).any(2)
        assert not changed[one.alpha == 0].any() and np.array_equal(one.colour.any(2), one.alpha > 0)


def test_the_hint_is_often_missing_or_a_box() -> None:
    """A network that cannot do without the detector finds nothing that it missed."""
    hints = [crop(view(), 160, np.random.default_rng(seed)).probability for seed in range(60)]
    kinds = [h.max() for h in hints if not (h == 64).any()]
    assert sum(k == 0 for k in kinds) > 8 and sum(k == 255 for k in kinds) > 8
    assert batch([crop(view(), 96, np.random.default_rng(s)) for s in (1, 2)]).alpha.shape == (2, 96, 96)
