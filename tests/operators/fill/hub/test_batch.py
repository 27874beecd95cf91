"""Views as tensors of the network's sizes."""

from __future__ import annotations

import numpy as np
import torch

from operators.fill.hub.batch import batch_of, mirrored, pooled, unpooled
from tests.operators.fill.hub.conftest import SIDE, MakeView


def test_sides_become_multiples(view: MakeView) -> None:
    """A picture squeezed to the size of the network, or a hole that the padding declares known."""
    asked = view(rows=(50, 68), columns=(60, 68))
    batch = batch_of([asked], 16, 1.0)
    assert batch.rgb.shape == (1, 3, 80, 80) and batch.change.shape == (1, 1, 80, 80)
    assert np.array_equal(batch.rgb[0, :, :SIDE, :SIDE].permute(1, 2, 0).numpy(), asked.base)
    assert torch.equal(batch.change[0, 0, 66, :68], batch.change[0, 0, 68, :68]) and batch.change[0, 0, 70, 70] == 1


def test_mirroring_reaches_past_the_picture() -> None:
    """A view smaller than its padding."""
    assert mirrored(np.arange(9).reshape(3, 3), 8)[0].tolist() == [0, 1, 2, 1, 0, 1, 2, 1]


def test_two_pixels_open_their_cells() -> None:
    """Resizing by nearest neighbour or by mean and threshold: 0 of 11 cells kept."""
    change = torch.zeros(1, 1, 96, 96)
    change[..., 29:31, 4:92] = 1
    cells = pooled(change, 8)
    assert cells.sum() == 12 and torch.equal(pooled(unpooled(cells, 8), 8), cells)
    assert torch.equal(torch.nn.functional.interpolate(unpooled(cells, 8), size=(12, 12)), cells)
