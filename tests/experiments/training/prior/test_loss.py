"""What tokenizer and transformer are trained on."""

from __future__ import annotations

import torch

from experiments.training.holes.views import views_of
from experiments.training.prior.loss import commitment, hole_error, prior_loss, tokenizer_loss
from operators.models.prior.patches import depth, means
from tests.experiments.training.prior.crops import crops
from tests.operators.models.prior.small import pipeline


def test_the_error_counts_the_hole_alone_and_is_relative() -> None:
    """Known pixels that hide what happens in the hole; crops of high contrast that are all that matters."""
    views = views_of(crops(4))
    nothing, truth = torch.zeros_like(views.base), views.truth - views.base
    assert (hole_error(nothing, views) <= 1).all() and (hole_error(nothing, views) > 0.5).all()
    assert torch.equal(hole_error(nothing + (1 - views.hole), views), hole_error(nothing, views))
    assert (hole_error(truth, views) < 1e-6).all()
    assert torch.allclose(hole_error(truth / 2, views), hole_error(nothing, views) / 4, atol=1e-5)


def test_committed_tokens_lie_nearer_to_the_boundary() -> None:
    """Training on moments that decoding never sees."""
    hole = torch.zeros(400, 1, 64, 64, dtype=torch.bool)
    hole[:, :, 4:60, 4:60] = True
    committed = commitment(hole, torch.Generator().manual_seed(0))
    needed, far = means(hole.float()) > 0, depth(hole)
    share = committed.float().sum(1) / needed.sum(1)
    assert not (committed & ~needed).any()
    assert 0.5 < (share == 0).float().mean() < 0.7 and 0.02 < (share == 1).float().mean() < 0.1
    partly = (share > 0.2) & (share < 0.8)
    assert far[partly][committed[partly]].mean() < far[partly][(needed & ~committed)[partly]].mean() - 0.5


def test_the_tokenizer_learns_to_reconstruct() -> None:
    """A term with the wrong sign, or a network that no gradient reaches."""
    tokenizer, views = pipeline(random_outputs=False).tokenizer.train(), views_of(crops(8))
    optimizer, random = torch.optim.Adam(tokenizer.parameters(), 5e-3), torch.Generator().manual_seed(0)
    oracle = []
    for _ in range(80):
        loss, terms = tokenizer_loss(tokenizer, views, random)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        oracle.append(terms["oracle"])
    assert oracle[-1] < 0.8 * oracle[0]
    assert all(p.grad is not None and p.grad.any() for p in tokenizer.encoder.parameters())


def test_the_transformer_learns_from_both_terms() -> None:
    """A head that neither the codes nor the pixels reach."""
    networks, views = pipeline(random_outputs=False), views_of(crops(8))
    tokenizer, transformer = networks.tokenizer, networks.transformer.train()
    torch.nn.init.normal_(tokenizer.decoder.out.weight, std=0.1)
    optimizer = torch.optim.Adam(transformer.parameters(), 2e-3)
    entropy = []
    for _ in range(25):
        loss, terms = prior_loss(tokenizer, transformer, views, torch.Generator().manual_seed(1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        entropy.append(terms["entropy"])
    assert abs(entropy[0] - 6.9) < 0.1 and entropy[-1] < entropy[0] - 0.5
    assert {"likeliest", "completed", "entropy"} == set(terms)
    assert all(p.grad is not None and p.grad.any() for p in transformer.parameters())
