"""Attention gated by what is known."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from operators.models.prior.attention import GatedAttention, key_bias, rotated, rotations

TOKENS, DIM, HEADS = 16, 32, 4


@pytest.fixture()
def attention() -> GatedAttention:
    torch.manual_seed(0)
    return GatedAttention(DIM, HEADS).eval()


def _attend(attention: GatedAttention, x: Tensor, known: Tensor) -> Tensor:
    with torch.no_grad():
        return attention(x, key_bias(known), *rotations(4, DIM // HEADS))


def _influence(attention: GatedAttention, share: float) -> float:
    """Of a change of token 5 on all the others."""
    x = torch.randn(1, TOKENS, DIM, generator=torch.Generator().manual_seed(1))
    changed, known = x.clone(), torch.ones(1, TOKENS)
    changed[:, 5] += torch.randn(DIM, generator=torch.Generator().manual_seed(2))
    known[:, 5] = share
    difference = (_attend(attention, x, known) - _attend(attention, changed, known)).abs()
    difference[:, 5] = 0
    return float(difference.max())


def test_an_unknown_token_is_not_heard(attention: GatedAttention) -> None:
    """What the overlay left of a token leaks into the fill."""
    assert _influence(attention, 1.0) > 1e-2
    assert _influence(attention, 0.0) < 1e-5


def test_the_more_is_known_the_more_is_heard(attention: GatedAttention) -> None:
    """A gate that is a switch."""
    heard = [_influence(attention, share) for share in (0.0, 0.05, 0.2, 0.5, 1.0)]
    assert all(a < b for a, b in zip(heard, heard[1:], strict=False))


def test_all_known_is_plain_attention(attention: GatedAttention) -> None:
    """A gate that changes the scores where there is nothing to gate."""
    x = torch.randn(2, TOKENS, DIM, generator=torch.Generator().manual_seed(3))
    cos, sin = rotations(4, DIM // HEADS)
    q, k, v = (p.unflatten(2, (HEADS, -1)).transpose(1, 2) for p in attention.qkv(x).chunk(3, -1))
    scores = rotated(q, cos, sin) @ rotated(k, cos, sin).transpose(2, 3) / (DIM // HEADS) ** 0.5
    plain = attention.out((scores.softmax(-1) @ v).transpose(1, 2).flatten(2))
    assert torch.allclose(_attend(attention, x, torch.ones(2, TOKENS)), plain, atol=1e-5)


def test_the_gate_carries_no_gradient() -> None:
    """A bias with a gradient leaves the fused kernel."""
    assert not key_bias(torch.rand(1, 4, requires_grad=True)).requires_grad


def test_positions_are_relative() -> None:
    """Scores that depend on where in the view two tokens lie."""
    cos, sin = rotations(4, 8)
    q, k = torch.randn(2, 8, generator=torch.Generator().manual_seed(0))
    scores = rotated(q.expand(16, 8), cos, sin) @ rotated(k.expand(16, 8), cos, sin).T
    assert torch.allclose(scores[0, 5], scores[10, 15], atol=1e-5)
    assert not torch.allclose(scores[0, 1], scores[0, 4], atol=1e-3)
    assert F.cosine_similarity(scores[0], scores[5], dim=0) < 0.9999
