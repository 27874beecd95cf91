"""The segmenter's loss points the right way."""

from __future__ import annotations

import torch
from torch import Tensor

from experiments.training.matte.loss import Truth, Weights, segmenter_loss


def _truth(level: float = 0.5) -> Truth:
    torch.manual_seed(0)
    clean, alpha = torch.rand(1, 3, 32, 32), torch.zeros(1, 1, 32, 32)
    alpha[:, :, 8:24, 8:24] = level
    colour = torch.ones(1, 3, 32, 32)
    return Truth(alpha * colour + (1 - alpha) * clean, clean, colour, alpha)


def _cost(truth: Truth, coverage: Tensor, alpha: Tensor, colour: Tensor, weights: Weights | None = None) -> float:
    loss, _ = segmenter_loss(coverage, alpha, colour, truth, weights or Weights(unblend=1.0))
    return float(loss)


def test_the_truth_costs_least() -> None:
    """A term with the wrong sign would still fall while training."""
    truth = _truth()
    right = 8 * ((truth.alpha > 0).float() * 2 - 1)
    best = _cost(truth, right, truth.alpha, truth.colour)
    assert best < 0.05
    assert best < _cost(truth, -right, truth.alpha, truth.colour)
    assert best < _cost(truth, right, truth.alpha * 0.6, truth.colour)
    assert best < _cost(truth, right, truth.alpha, truth.colour * 0.6)


def test_a_miss_costs_more_than_a_false_alarm_of_the_same_size() -> None:
    """The bias to recall: what is missed stays as a ghost."""
    truth = _truth()
    covered = (truth.alpha > 0).float()
    half = torch.zeros_like(covered)
    half[:, :, :, :16] = 1
    miss, alarm = (2 * (covered * half) - 1) * 3, (2 * torch.maximum(covered, torch.roll(covered * half, 8, 2)) - 1) * 3
    only = Weights(dice=0, alpha=0, edges=0, colour=0, recompose=0)
    assert _cost(truth, miss, truth.alpha, truth.colour, only) > _cost(truth, alarm, truth.alpha, truth.colour, only)


def test_a_small_mark_counts_as_much_as_a_page() -> None:
    """Weighed by pixels alone, a large caption in the batch leaves nothing for a faint mark to teach."""
    torch.manual_seed(0)
    alpha = torch.zeros(2, 1, 64, 64)
    alpha[0], alpha[1, :, 20:32, 20:32] = 0.5, 0.5
    clean, colour = torch.rand(2, 3, 64, 64), torch.ones(2, 3, 64, 64)
    truth = Truth(alpha * colour + (1 - alpha) * clean, clean, colour, alpha)
    right = 8 * ((alpha > 0).float() * 2 - 1)
    only = Weights(dice=0, alpha=0, edges=0, colour=0, recompose=0)
    missed = [torch.where(torch.arange(2)[:, None, None, None] == one, -8.0, right) for one in (0, 1)]
    page, mark = (_cost(truth, coverage, alpha, colour, only) for coverage in missed)
    assert mark > 0.8 * page


def test_pictures_without_overlay_are_finite_and_teach() -> None:
    """Dividing by no pixels ends a training with NaN."""
    truth = _truth(0.0)
    coverage = torch.zeros(1, 1, 32, 32, requires_grad=True)
    loss, terms = segmenter_loss(coverage, torch.full_like(truth.alpha, 0.5), truth.colour, truth, Weights(unblend=1))
    loss.backward()
    assert torch.isfinite(loss) and coverage.grad is not None and (coverage.grad >= 0).all() and terms["alpha"] == 0


def test_unblending_only_counts_where_it_is_done() -> None:
    """Opaque overlay cannot be computed away: no alpha may be bent for it."""
    truth = _truth(1.0)
    _, terms = segmenter_loss(torch.ones_like(truth.alpha), truth.alpha, truth.colour, truth, Weights(unblend=1.0))
    assert terms["unblend"] == 0
