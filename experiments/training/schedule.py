"""The learning rate over a time budget."""

from __future__ import annotations

import math

WARM_UP, LAST = 0.03, 0.01


def learning_rate(share: float, peak: float) -> float:
    """Linear warm-up, then cosine down to LAST of the peak, over the share 0..1 of the time budget that has passed."""
    if share < WARM_UP:
        return peak * (share / WARM_UP * 0.95 + 0.05)
    progress = min((share - WARM_UP) / (1 - WARM_UP), 1.0)
    return peak * (LAST + (1 - LAST) * 0.5 * (1 + math.cos(math.pi * progress)))
