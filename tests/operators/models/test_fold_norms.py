"""Batch normalisation folded away."""

from __future__ import annotations

import torch
from torch import nn

from operators.models.fold_norms import fold_norms
from operators.models.segmenter import OverlaySegmenter


def _lived(network: nn.Module) -> nn.Module:
    """In eval mode, with statistics as training leaves them."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            assert module.running_mean is not None and module.running_var is not None
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
    return network.eval()


def test_folding_changes_no_answer_and_leaves_no_norm() -> None:
    """Folded statistics that are off by an epsilon or a bias shift every answer."""
    torch.manual_seed(0)
    plain = nn.Sequential(nn.Conv2d(5, 6, 3, bias=False), nn.BatchNorm2d(6), nn.ReLU(),
                          nn.ConvTranspose2d(6, 4, 2, 2), nn.BatchNorm2d(4))
    for network in (plain, OverlaySegmenter((8, 8, 8, 8, 8))):
        network, x = _lived(network), torch.rand(2, 5, 64, 64)
        with torch.no_grad():
            before = network(x)
            after = fold_norms(network)(x)
        for a, b in zip(before, after, strict=True):
            assert torch.allclose(a, b, atol=1e-4)
        assert not any(isinstance(module, nn.BatchNorm2d) for module in network.modules())


def test_a_norm_without_its_convolution_stays() -> None:
    """Folding it into whatever stands before would change the answers."""
    network = _lived(nn.Sequential(nn.ReLU(), nn.BatchNorm2d(3)))
    x = torch.rand(1, 3, 4, 4)
    assert torch.equal(fold_norms(network)(x), network(x)) and isinstance(network[1], nn.BatchNorm2d)
