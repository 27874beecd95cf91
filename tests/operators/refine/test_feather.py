from __future__ import annotations

import numpy as np

from operators.refine.feather import feather_blend


def ramp() -> np.ndarray:
    """Distance to a half plane, px."""
    return np.maximum(np.tile(np.arange(40, dtype=np.float32), (20, 1)) - 19, 0)


def test_feather_lies_inside_the_growth() -> None:
    """A feather centred on the hole's edge: it weakens the fill over the text and leaks beyond the hole."""
    distance = ramp()
    blend = feather_blend(distance, 5.0, 3.0, np.full((20, 40), 0.5, np.float32))
    assert (blend[distance <= 2] == 1).all() and (blend[distance > 5] == 0).all()
    flank = blend[10, 19 + 3 : 19 + 6]
    assert (np.diff(flank) < 0).all() and (flank > 0).all() and (flank < 1).all()


def test_feather_holds_at_an_edge_of_the_picture() -> None:
    """A blend blurred across an edge of the scene: a halo along it."""
    distance = ramp()
    plain, edged = np.full((20, 40), 0.5, np.float32), np.full((20, 40), 0.2, np.float32)
    edged[:, 22:] = 0.9
    a = feather_blend(distance, 5.0, 4.0, plain)
    b = feather_blend(distance, 5.0, 4.0, edged)
    assert np.abs(a - b).max() > 0.02
    assert (b[distance <= 1] == 1).all()
