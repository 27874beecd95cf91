"""What tokenizer and transformer are trained on."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from experiments.training.holes.views import Views
from operators.models.prior.decoding import expected
from operators.models.prior.patches import depth, means
from operators.models.prior.tokenizer import ResidualTokenizer
from operators.models.prior.transformer import PriorTransformer

FLOOR = 1e-4  # squared error, 40 dB, that is added to the base's: nobody sees what is below
CROSS_ENTROPY = 0.1  # weight beside the error of the expectation
WHOLE, NOTHING_LEFT = 0.6, 0.05  # of the views: no token is committed, all are
ALL_CODES = 0.5  # of the views: the decoder gets every code


def hole_error(residual: Tensor, views: Views) -> Tensor:
    """Squared error in the hole relative to the base's, float32 (N,): below 1 is a gain, whatever the contrast."""
    weight = views.hole / views.hole.sum((1, 2, 3), keepdim=True).clamp_min(1) / 3
    mine = ((views.base + residual - views.truth) ** 2 * weight).sum((1, 2, 3))
    bases = ((views.base - views.truth) ** 2 * weight).sum((1, 2, 3))
    return mine / (bases + FLOOR)


def tokenizer_loss(tokenizer: ResidualTokenizer, views: Views,
                   random: torch.Generator) -> tuple[Tensor, dict[str, float]]:
    """Reconstruction of the hole from codes; in half of the views some codes are withheld, with the spread of a code
    that could be any, so that the decoder also knows what to do without."""
    codes = tokenizer.encode(views.truth, views.base, views.hole, views.known)
    needed = (means(views.hole) > 0)[..., None]
    whole = torch.rand(len(codes), 1, 1, generator=random) < ALL_CODES
    share = torch.where(whole, 0.0, 1.4 * torch.rand(len(codes), 1, 1, generator=random))
    withheld = (torch.rand(*codes.shape[:2], 1, generator=random) < share).to(codes.device)
    any_code = tokenizer.fsq.codebook(codes.device).std(0)
    mean, spread = codes * ~withheld, any_code * (withheld & needed)
    error = hole_error(tokenizer.decode(mean, spread, views.base, views.hole, views.known), views)
    whole = whole.flatten().to(error.device)
    return error.mean(), {"oracle": _mean(error[whole]), "withheld": _mean(error[~whole])}


def prior_loss(tokenizer: ResidualTokenizer, transformer: PriorTransformer, views: Views,
               random: torch.Generator) -> tuple[Tensor, dict[str, float]]:
    """Squared error of what the expected codes decode to, and cross-entropy of the codes that are not committed."""
    with torch.no_grad():
        codes = tokenizer.encode(views.truth, views.base, views.hole, views.known)
    needed = means(views.hole) > 0
    committed = commitment(views.hole > 0, random).to(needed.device) & needed
    logits = transformer(views.base, views.hole, views.known, codes, committed)
    found = expected(logits, tokenizer.fsq.codebook(codes.device))
    open_ = (needed & ~committed)[..., None]
    mean = torch.where(committed[..., None], codes, found.mean * open_)
    error = hole_error(tokenizer.decode(mean, found.spread * open_, views.base, views.hole, views.known), views)
    weight = means(views.hole) * open_[..., 0]
    entropy = F.cross_entropy(logits.transpose(1, 2), tokenizer.fsq.indices(codes), reduction="none")
    entropy = (entropy * weight).sum() / weight.sum().clamp_min(1)
    untouched = ~committed.any(1)
    terms = {"likeliest": _mean(error[untouched]), "completed": _mean(error[~untouched])}
    return error.mean() + CROSS_ENTROPY * entropy, terms | {"entropy": float(entropy.detach())}


def commitment(hole: Tensor, random: torch.Generator) -> Tensor:
    """Bool (N, T): which tokens of a view with that hole, bool (N, 1, S, S), have been committed at a random moment of
    the decoding: more or less from the boundary inward."""
    needed = means(hole.float()).cpu() > 0
    toss, moment = torch.rand(2, len(needed), 1, generator=random)
    moment = torch.where(toss < WHOLE, 0.0, torch.where(toss > 1 - NOTHING_LEFT, 1.0, moment))
    order = depth(hole).cpu() + 1.5 * torch.rand(needed.shape, generator=random)
    rank = torch.where(needed, order, torch.inf).argsort(dim=1).argsort(dim=1)
    return (rank < torch.round(moment * needed.sum(1, keepdim=True))) & needed


def _mean(errors: Tensor) -> float:
    return float(errors.detach().mean()) if len(errors) else float("nan")
