"""From what the segmenter saw to a matte."""

from __future__ import annotations

import numpy as np

from operators.matting.frame import Frame
from operators.matting.learned import gated, learned_matte
from operators.matting.network import Layer

QUAD = np.array([[20, 20], [80, 20], [80, 44], [20, 44]], np.float32)


def _frame() -> Frame:
    view = np.full((64, 100, 3), 0.4, np.float32)
    return Frame(view, QUAD, np.zeros((64, 100), bool))


def _layer(level: float, coverage: float = 0.9) -> Layer:
    """Upright strokes in the quad, and a thing far from it."""
    covered = np.zeros((64, 100), np.float32)
    covered[22:42, 24:78:9] = covered[22:42, 25:78:9] = covered[22:42, 26:78:9] = coverage
    covered[2:8, 2:8] = coverage
    return Layer(covered, np.full((64, 100), level, np.float32), np.ones((64, 100, 3), np.float32))


def test_the_matte_is_what_the_quad_holds() -> None:
    """A thing beside the line erased with it."""
    found = learned_matte(_layer(0.5), _frame(), 0.4)
    assert found is not None and found.candidate == "learned"
    assert found.alpha[30, 25] == 0.5 and found.level == 0.5 and not found.alpha[:10, :10].any()


def test_nearly_opaque_counts_as_opaque() -> None:
    """Un-blending what lets nothing through, which multiplies noise."""
    found = learned_matte(_layer(0.96), _frame(), 0.4)
    assert found is not None and found.alpha.max() == 1.0


def test_disagreement_gives_no_matte() -> None:
    """A hole where the segmenter is not sure of a single pixel."""
    assert learned_matte(_layer(0.5, coverage=0.5), _frame(), 0.4) is None
    assert learned_matte(_layer(0.5, coverage=0.1), _frame(), 0.4) is None


def test_doubtful_coverage_takes_alpha_away() -> None:
    """The veil of doubt around letters un-blended as if it were ink."""
    assert gated(_layer(0.5, coverage=0.9))[30, 25] > 0.49
    assert gated(_layer(0.5, coverage=0.3))[30, 25] < 0.02
