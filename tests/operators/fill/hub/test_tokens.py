"""Which tokens are drawn and committed."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from operators.fill.hub.tokens import TokenScheduler

MASK = 8


def _scheduler(steps: int, temperature: float) -> TokenScheduler:
    scheduler: Any = TokenScheduler(MASK, masking_schedule="linear")
    scheduler.sampling_temperature = temperature
    scheduler.set_timesteps(steps, (2 * temperature, 0))
    return scheduler


def _decoded(logits: Tensor, tokens: Tensor, steps: int, temperature: float, seed: int = 0) -> list[Tensor]:
    """The tokens after every step."""
    scheduler, generator = _scheduler(steps, temperature), torch.Generator().manual_seed(seed)
    ratio, after = (tokens == MASK).sum() / tokens.numel(), []
    for timestep in scheduler.timesteps:
        tokens = scheduler.step(logits, timestep, tokens, ratio, generator).prev_sample
        after.append(tokens)
    return after


def _case() -> tuple[Tensor, Tensor]:
    logits = torch.randn(1, MASK, 6, 6, generator=torch.Generator().manual_seed(1)) * 3
    tokens = torch.arange(36).view(1, 6, 6) % MASK
    tokens[0, 1:5, 1:4] = MASK
    return logits, tokens


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_known_tokens_stay(dtype: torch.dtype) -> None:
    """Half precision cannot hold the confidence of what is known: known tokens were masked and drawn anew."""
    logits, tokens = _case()
    for after in _decoded(logits.to(dtype), tokens, 4, 1.0):
        assert torch.equal(after[tokens != MASK], tokens[tokens != MASK])


def test_a_share_is_committed_every_step() -> None:
    """All at once, which ignores what tokens say about each other, or some never."""
    logits, tokens = _case()
    assert [int((after == MASK).sum()) for after in _decoded(logits, tokens, 4, 1.0)] == [9, 6, 3, 0]
    assert not (_decoded(logits, tokens, 50, 1.0)[-1] == MASK).any()


def test_the_surest_come_first() -> None:
    """An order turned round: the most doubtful token would lead all others."""
    logits, tokens = _case()
    after, sure = _decoded(logits, tokens, 4, 0.0)[0], logits.log_softmax(1).amax(1)
    assert sure[(tokens == MASK) & (after != MASK)].min() >= sure[after == MASK].max()
    assert torch.equal(after[after != tokens], logits.argmax(1)[after != tokens])


def test_draws_follow_the_network() -> None:
    """A distribution inverted off by one code, or flattened: temperature 1 must give the network's own."""
    logits = torch.tensor([0.5, 0.0, 0.3, 0.2, 0, 0, 0, 0]).log().clamp_min(-30).view(1, MASK, 1, 1)
    drawn = _decoded(logits.expand(1, MASK, 80, 80).contiguous(), torch.full((1, 80, 80), MASK), 1, 1.0)[0]
    shares = torch.bincount(drawn.flatten(), minlength=MASK) / drawn.numel()
    assert torch.allclose(shares[:4], torch.tensor([0.5, 0.0, 0.3, 0.2]), atol=0.03) and not shares[4:].any()


def test_no_code_is_too_rare_for_half_precision() -> None:
    """Probabilities summed in bf16, where a code of one in 512 adds nothing to a sum near one."""
    logits = torch.zeros(1, 512, 80, 80, dtype=torch.bfloat16)
    scheduler: Any = TokenScheduler(512, masking_schedule="linear")
    scheduler.set_timesteps(1, (2, 0))
    masked = torch.full((1, 80, 80), 512)
    drawn = scheduler.step(logits, 0, masked, 1.0, torch.Generator().manual_seed(0)).prev_sample
    assert len(drawn.unique()) > 0.95 * 512


def test_one_view_a_call() -> None:
    """The mean share of a batch: small holes next to large ones filled at once."""
    with pytest.raises(ValueError, match="one view a call"):
        _scheduler(4, 1.0).step(torch.zeros(2, MASK, 6, 6), 3, torch.zeros(2, 6, 6, dtype=torch.long))
