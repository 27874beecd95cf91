"""The loss must stay finite and point the right way."""

import torch

from experiments.training.detector.loss import detector_loss


def test_batch_without_text_is_finite_and_punishes_false_positives() -> None:
    """Dividing by the number of text pixels gives NaN for a batch of clean photographs, and ends the training."""
    logits = torch.zeros(2, 16, 16, requires_grad=True)
    loss = detector_loss(logits, torch.zeros(2, 16, 16), torch.ones(2, 16, 16))
    loss.backward()
    assert torch.isfinite(loss) and logits.grad is not None and (logits.grad >= 0).all() and logits.grad.max() > 0


def test_ignored_pixels_have_no_gradient() -> None:
    """Text too small to read must be neither text nor background."""
    core, weight = torch.zeros(1, 16, 16), torch.ones(1, 16, 16)
    core[0, 4:8, 4:8], weight[0, 12:] = 1, 0
    logits = torch.randn(1, 16, 16, generator=torch.Generator().manual_seed(0)).requires_grad_()
    detector_loss(logits, core, weight).backward()
    assert logits.grad is not None and not logits.grad[0, 12:].any() and logits.grad[0, 4:8, 4:8].all()


def test_the_truth_costs_least() -> None:
    """A sign error would still fall while training."""
    core = torch.zeros(1, 16, 16)
    core[0, 4:8, 2:14] = 1
    costs = [float(detector_loss(s * 8 * (core * 2 - 1), core, torch.ones_like(core))) for s in (1.0, 0.0, -1.0)]
    assert costs == sorted(costs) and costs[0] < 0.01
