"""From logits to codes: the expectation, or a sample in chunks from the boundary inward."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from operators.models.prior.fsq import FSQ
from operators.models.prior.patches import depth, means

if TYPE_CHECKING:
    from operators.models.prior.transformer import PriorTransformer


@dataclass(frozen=True)
class Codes:
    """mean, spread: float32 (N, T, D), of the code of every token; both 0 where there is no hole, spread 0 where the
    code is certain."""

    mean: Tensor
    spread: Tensor


def expected(logits: Tensor, codebook: Tensor) -> Codes:
    """Mean and standard deviation of the codes, float32 (size, D), under the logits, float32 (N, T, size)."""
    with torch.autocast(logits.device.type, enabled=False):  # a variance is a small difference
        shares = logits.float().softmax(-1)
        mean = shares @ codebook
        variance = shares @ codebook**2 - mean**2
    return Codes(mean, variance.clamp_min(1e-6).sqrt())


def likeliest(transformer: PriorTransformer, fsq: FSQ, base: Tensor, hole: Tensor, known: Tensor) -> Codes:
    """The expectation of every code given what is known: what squared error asks for. One pass is exact: the mean of
    the joint distribution is the mean of its marginals, so committing means in chunks could add nothing."""
    needed = means(hole) > 0
    nothing = torch.zeros(*needed.shape, len(fsq.levels), device=base.device)
    logits = transformer(base, hole, known, nothing, torch.zeros_like(needed))
    codes = expected(logits, fsq.codebook(base.device))
    return Codes(codes.mean * needed[..., None], codes.spread * needed[..., None])


def sampled(transformer: PriorTransformer, fsq: FSQ, base: Tensor, hole: Tensor, known: Tensor,
            generators: Sequence[torch.Generator], temperature: float, chunks: int) -> Codes:
    """Codes drawn at a temperature above 0, with one generator a view, on the CPU.

    In each of `chunks` passes the next share of every view's tokens is drawn and committed: the nearest to the
    boundary first (`depth`), the most confident first among those (MaskGIT's order).
    """
    needed, far = means(hole) > 0, depth(hole > 0)
    codes = torch.zeros(*needed.shape, len(fsq.levels), device=base.device)
    committed = torch.zeros_like(needed)
    total = needed.sum(1, keepdim=True)
    for chunk in range(chunks):
        shares = (transformer(base, hole, known, codes, committed) / temperature).softmax(-1)
        drawn = _drawn(shares, generators)
        confidence = shares.gather(2, drawn[..., None])[..., 0]
        order = torch.where(needed & ~committed, 2 * far - confidence, torch.inf)
        order = torch.where(committed, -torch.inf, order).argsort(dim=1, stable=True).argsort(dim=1)
        due = torch.ceil(total * (chunk + 1) / chunks)
        fresh = (order < due) & needed & ~committed
        codes = torch.where(fresh[..., None], fsq.codes(drawn), codes)
        committed = committed | fresh
    return Codes(codes, torch.zeros_like(codes))


def _drawn(shares: Tensor, generators: Sequence[torch.Generator]) -> Tensor:
    """int64 (N, T), one draw a token from shares (N, T, size) by the inverse of their sum: one random number each."""
    toss = torch.stack([torch.rand(shares.shape[1], generator=g) for g in generators]).to(shares.device)
    below = shares.cumsum(-1) < toss[..., None]
    return below.sum(-1).clamp_max(shares.shape[-1] - 1)
