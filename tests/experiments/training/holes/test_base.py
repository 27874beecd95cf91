"""The harmonic base under the crops."""

from __future__ import annotations

import torch
from skimage import data

from experiments.training.holes.base import bases


def test_a_base_is_the_truth_outside_and_reads_nothing_inside() -> None:
    """A base that gives the answer away, or that autograd refuses."""
    truth = torch.from_numpy(data.astronaut()[:64, 100:164].copy()).permute(2, 0, 1)[None].float() / 255
    hole = torch.zeros(1, 64, 64, dtype=torch.bool)
    hole[:, 20:40, 10:50] = True
    base = bases(truth, hole)
    assert torch.equal(base, bases(torch.where(hole[:, None], 0.77, truth), hole))
    assert torch.equal(base[:, :, ~hole[0]], truth[:, :, ~hole[0]])
    (base * torch.ones(1, requires_grad=True)).sum().backward()
