"""The transformer over residual codes."""

from __future__ import annotations

import torch

from tests.operators.models.prior.small import pipeline, views


def _logits(codes: torch.Tensor, committed: torch.Tensor, base: torch.Tensor) -> torch.Tensor:
    _, _, hole, known = views()
    with torch.no_grad():
        return pipeline().transformer(base, hole.float(), known, codes, committed)


def test_what_lies_in_the_hole_is_heard_by_no_other_token() -> None:
    """The overlay's remains in `base` steer the fill."""
    _, base, _, _ = views()
    nothing, nobody = torch.zeros(2, 64, 4), torch.zeros(2, 64, dtype=torch.bool)
    changed = base.clone()
    changed[0, :, 24:32, 24:32] = 1.0
    before, after = _logits(nothing, nobody, base), _logits(nothing, nobody, changed)
    difference = (before - after)[0].abs().amax(1).reshape(8, 8)
    assert difference[3, 3] > 1e-3
    difference[3, 3] = 0
    assert difference.max() < 1e-5


def test_a_committed_token_is_heard() -> None:
    """Chunks that do not know of the ones before."""
    _, base, _, _ = views()
    committed = torch.zeros(2, 64, dtype=torch.bool)
    committed[0, 3 * 8 + 3] = True
    codes = torch.zeros(2, 64, 4)
    one, two = _logits(codes, committed, base), _logits(codes + 0.5, committed, base)
    difference = (one - two)[0].abs().amax(1)
    assert difference[4 * 8 + 4] > 1e-4 and not (one - two)[1].any()


def test_codes_of_open_tokens_are_not_read() -> None:
    """The answer given away in training."""
    _, base, _, _ = views()
    nobody = torch.zeros(2, 64, dtype=torch.bool)
    assert torch.equal(_logits(torch.zeros(2, 64, 4), nobody, base), _logits(torch.ones(2, 64, 4), nobody, base))
