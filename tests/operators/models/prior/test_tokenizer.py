"""The residual tokenizer."""

from __future__ import annotations

import torch

from tests.operators.models.prior.small import pipeline, views


def test_codes_of_a_token_depend_on_its_own_pixels() -> None:
    """What lies in a hole leaks into the codes around it."""
    tokenizer = pipeline().tokenizer
    truth, base, hole, known = views()
    everywhere = torch.ones_like(known)
    codes = tokenizer.encode(truth, base, everywhere, known)
    changed = truth.clone()
    changed[:, :, 24:32, 16:24] = torch.rand(2, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    differs = (tokenizer.encode(changed, base, everywhere, known) != codes).any(2).reshape(2, 8, 8)
    assert differs[:, 3, 2].any() and differs.sum() == differs[:, 3, 2].sum()


def test_tokens_without_hole_have_no_code() -> None:
    """Known pixels that are coded, and then changed."""
    truth, base, hole, known = views()
    codes = pipeline().tokenizer.encode(truth, base, hole.float(), known)
    assert codes[0].reshape(8, 8, 4)[1:7, 1:7].any() and not codes[0].reshape(8, 8, 4)[7].any()


def test_an_untrained_decoder_adds_nothing() -> None:
    """A network that makes the harmonic fill worse before it has learned anything."""
    truth, base, hole, known = views()
    tokenizer = pipeline(random_outputs=False).tokenizer
    codes = torch.randn(2, 64, 4, generator=torch.Generator().manual_seed(0))
    assert not tokenizer.decode(codes, codes.abs(), base, hole.float(), known).any()


def test_the_decoder_hears_codes_hole_and_base() -> None:
    """An input that is not connected."""
    truth, base, hole, known = views()
    tokenizer = pipeline().tokenizer
    inputs = [torch.zeros(2, 64, 4), torch.zeros(2, 64, 4), base, hole.float(), known]
    plain = tokenizer.decode(*inputs)
    assert plain.shape == base.shape
    for place in range(5):
        changed = [x * 0.5 + 0.1 if k == place else x for k, x in enumerate(inputs)]
        assert (tokenizer.decode(*changed) - plain).abs().max() > 1e-4
