"""Log odds, bounded."""

import numpy as np
import pytest

from operators.measures.odds import NEVER, logit


def test_odds_are_symmetric_and_bounded() -> None:
    """Catches an infinity where a network is certain, which no sum of odds survives."""
    assert logit(0.5) == 0 and logit(0.9) == pytest.approx(-logit(0.1)) == pytest.approx(np.log(9))
    assert logit(0.0) == logit(NEVER) == pytest.approx(-logit(1.0)) and np.isfinite(logit(1.0))
