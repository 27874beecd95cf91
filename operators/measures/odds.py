"""Log odds: the scale on which a step from 0.98 to 0.9 is as long as one from 0.1 to 0.02."""

from __future__ import annotations

import numpy as np

NEVER = 0.005  # a share that counts as none, and one less it as certain


def logit(share: float) -> float:
    """Log odds of a share 0..1, kept within NEVER..1 - NEVER."""
    share = min(max(share, NEVER), 1 - NEVER)
    return float(np.log(share / (1 - share)))
