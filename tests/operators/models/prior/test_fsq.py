"""Finite scalar quantisation."""

from __future__ import annotations

import torch

from operators.models.prior.fsq import FSQ

LEVELS = (8, 5, 5, 5)


def test_every_code_is_its_own_nearest_point_and_has_its_own_index() -> None:
    """Two codes that share an index, or one that no network can reach."""
    fsq = FSQ(LEVELS)
    codebook = fsq.codebook()
    assert codebook.shape == (1000, 4) and len(codebook.unique(dim=0)) == 1000 and codebook.abs().max() == 1
    assert torch.equal(fsq.indices(codebook), torch.arange(1000))
    reached = fsq.quantise(3 * torch.randn(200000, 4, generator=torch.Generator().manual_seed(0)))
    assert len(fsq.indices(reached).unique()) == 1000
    assert torch.equal(fsq.codes(fsq.indices(reached)), reached.float())


def test_zero_stays_zero() -> None:
    """An offset that gives a residual to patches without any."""
    assert not FSQ(LEVELS).quantise(torch.zeros(3, 4)).any()


def test_gradients_pass_the_rounding() -> None:
    """An encoder that cannot learn."""
    z = torch.zeros(2, 4, requires_grad=True)
    FSQ(LEVELS).quantise(z).sum().backward()
    assert z.grad is not None and (z.grad > 0.1).all()
