"""The first call of a generator, made before the first picture."""

from __future__ import annotations

import numpy as np

from operators.fill.generator import FillView, Generator


def warm_up(generator: Generator) -> None:
    """Have it fill one view, so that no picture's seconds hold what only a first call costs: memory, kernels, the
    context of a GPU. Raises what the generator raises; a network that gives no finite numbers raises
    FloatingPointError here, and not on every picture."""
    side = generator.side
    hole = np.zeros((side, side), bool)
    hole[side // 4 : side - side // 4, side // 4 : side - side // 4] = True
    ramp = np.linspace(0.25, 0.75, side, dtype=np.float32)
    base = np.broadcast_to(ramp[:, None, None], (side, side, 3)).copy()
    (filled,) = generator.fill([FillView(base, hole, np.where(hole, 0, 1).astype(np.float32), 0)], 0.0)
    if not np.isfinite(filled).all():
        raise FloatingPointError(f"{generator.name} gave a filling that is not finite on its first view")
