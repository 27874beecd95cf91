"""What the network is shown."""

from __future__ import annotations

import numpy as np

from operators.verify.planes import DISTANCE, HOLE, PLANES, planes
from operators.verify.views import SIDE, SeamView
from tests.operators.verify.photographs import seam_view, square, word


def test_planes_lie_where_the_network_pools_by_them() -> None:
    """Pooled over the alpha or the sign of the distance turned, every answer would still come out."""
    view, shown = seam_view(), planes(seam_view())
    assert shown.shape == (PLANES, SIDE, SIDE) and shown.dtype == np.float32 and np.isfinite(shown).all()
    assert np.array_equal(shown[HOLE], view.hole.astype(np.float32))
    assert (shown[DISTANCE][view.hole] < 0).all() and (shown[DISTANCE][~view.hole] > 0).all()
    assert np.allclose(shown[:3], 2 * view.rgb.transpose(2, 0, 1) - 1)


def test_a_ghost_is_alike_in_the_channels_that_it_changed() -> None:
    """Likeness of another channel, or without a sign: bright and dark ghosts would cancel out in the mean."""
    alpha, hole = word()
    red = np.array([0.2, 0, 0], np.float32) * alpha[..., None]
    seen = [planes(SeamView(np.clip(square() + sign * red, 0, 1).astype(np.float32), alpha, hole)) for sign in (1, -1)]
    bright, dark = (one[9:12][:, hole].mean(1) for one in seen)
    plain = planes(seam_view())[9:12][:, hole].mean(1)
    assert bright[0] > plain[0] + 0.2 and dark[0] < plain[0] - 0.2
    assert np.allclose(bright[1:], plain[1:]) and np.abs(np.stack(seen)[:, 9:]).max() <= 1.001
