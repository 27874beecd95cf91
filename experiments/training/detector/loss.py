"""The loss of the detector: balanced BCE with online hard example mining, plus dice (DB: Liao et al., AAAI 2020)."""

from __future__ import annotations

import torch
import torch.nn.functional as F

NEGATIVE_RATIO = 3
LEAST_NEGATIVES = 0.01  # of all pixels: a batch without text still learns from its hardest background


def detector_loss(logits: torch.Tensor, core: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """logits, core, weight: (N, H, W), float32; core 0 or 1, weight >= 0. Finite for a batch without any text."""
    bce = F.binary_cross_entropy_with_logits(logits, core, reduction="none") * weight
    text = (core * weight).sum()
    background = (bce * (1 - core)).flatten()
    count = max(int(core.sum().item()) * NEGATIVE_RATIO, int(background.numel() * LEAST_NEGATIVES))
    hardest = background.topk(min(count, background.numel()), sorted=False).values
    balanced = (bce * core).sum() / text.clamp_min(1) + hardest.mean() * NEGATIVE_RATIO
    probability = logits.sigmoid()
    overlap = (probability * core * weight).sum()
    dice = 1 - (2 * overlap + 1) / ((probability**2 * weight).sum() + text + 1)
    return balanced + dice
