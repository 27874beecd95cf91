"""The loss of the segmenter: coverage, alpha, its edges, colour, recomposition, and what un-blending gives."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

SEEN = 0.04  # alpha above which a pixel counts as covered
SURE = 0.015  # alpha below which it does not; between them nobody could say
RECALL = 2.0  # weight of covered pixels in the coverage loss: a miss costs more than a false alarm
LEAST_COVERED = 128.0  # px that a crop's overlay counts as having at least, so that a few pixels do not outweigh marks
TRANSLUCENT = 0.8


@dataclass(frozen=True)
class Truth:
    """Float32, 0..1. image, clean, colour: (N, 3, H, W). alpha: (N, 1, H, W)."""

    image: Tensor
    clean: Tensor
    colour: Tensor
    alpha: Tensor


@dataclass(frozen=True)
class Weights:
    """Of the terms. unblend is the step through composition: what counts is the picture that comes out."""

    coverage: float = 1.0
    dice: float = 0.7
    alpha: float = 3.0
    edges: float = 1.0
    colour: float = 0.7
    recompose: float = 3.0
    unblend: float = 0.0


def segmenter_loss(
    coverage: Tensor, alpha: Tensor, colour: Tensor, truth: Truth, weights: Weights
) -> tuple[Tensor, dict[str, float]]:
    """coverage: logits (N, 1, H, W). alpha (N, 1, H, W), colour (N, 3, H, W): 0..1. Returns the sum and its terms."""
    covered = (truth.alpha > SEEN).float()
    total = covered.sum().clamp_min(64.0)
    terms = {
        "coverage": _coverage(coverage, truth.alpha, covered),
        "dice": _dice(coverage.sigmoid(), covered),
        "alpha": ((alpha - truth.alpha).abs() * covered).sum() / total,
        "edges": _edges(alpha * covered, truth.alpha * covered, total),
        "colour": ((colour - truth.colour).abs().mean(1, keepdim=True) * truth.alpha * covered).sum() / total,
        "recompose": (_recomposed(alpha, colour, truth) * covered).sum() / total,
    }
    if weights.unblend:
        terms["unblend"] = _unblended(coverage, alpha, colour, truth, covered, total)
    loss = sum((getattr(weights, name) * term for name, term in terms.items()), coverage.new_zeros(()))
    return loss, {name: float(term.detach()) for name, term in terms.items()}


def _coverage(logits: Tensor, alpha: Tensor, covered: Tensor) -> Tensor:
    """Balanced: covered pixels, every crop that has any counting the same, so that a faint small mark weighs what a
    page of letters does; all others, and the hardest hundredth of the others."""
    bce = F.binary_cross_entropy_with_logits(logits, covered, reduction="none")
    empty = (alpha < SURE).float()
    background = (bce * empty).flatten()
    hardest = background.topk(max(background.numel() // 100, 1), sorted=False).values.mean()
    plain = background.sum() / empty.sum().clamp_min(1)
    count = covered.sum((1, 2, 3))
    missed = ((bce * covered).sum((1, 2, 3)) / count.clamp_min(LEAST_COVERED)).sum() / (count > 0).sum().clamp_min(1)
    return RECALL * missed + 2.0 * plain + 0.5 * hardest


def _dice(probability: Tensor, covered: Tensor) -> Tensor:
    overlap = (probability * covered).sum()
    return 1 - (2 * overlap + 64) / ((probability**2).sum() + covered.sum() + 64)


def _edges(alpha: Tensor, truth: Tensor, total: Tensor) -> Tensor:
    across, down = (torch.diff(alpha - truth, dim=d).abs().sum() for d in (2, 3))
    return (across + down) / total


def _recomposed(alpha: Tensor, colour: Tensor, truth: Truth) -> Tensor:
    shown = alpha * colour + (1 - alpha) * truth.clean
    return (shown - truth.image).abs().mean(1, keepdim=True)


def _unblended(
    coverage: Tensor, alpha: Tensor, colour: Tensor, truth: Truth, covered: Tensor, total: Tensor
) -> Tensor:
    """|(I - a T) / (1 - a) - B| where the overlay is translucent, a gated by coverage as the product gates it."""
    share = (alpha * (4 * coverage).sigmoid()).clamp(max=0.85)
    back = ((truth.image - share * colour) / (1 - share)).clamp(-0.2, 1.2)
    see_through = covered * (truth.alpha < TRANSLUCENT)
    return ((back - truth.clean).abs().mean(1, keepdim=True) * see_through).sum() / total
