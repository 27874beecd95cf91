"""What the network is told of a view."""

from __future__ import annotations

import torch

from operators.models.diffusion.context import LEAST_CONTRAST, context_of, normalised, scaled_residual, soft_mask
from tests.operators.models.diffusion.views import fill_view, view_tensors


def test_light_and_dark_look_alike() -> None:
    """A unit that follows the brightness: the network would have to learn every exposure."""
    base, hole, _ = view_tensors(fill_view(40, 180))
    dark = 0.3 * base + 0.1
    one, two = normalised(base, context_of(base, hole)), normalised(dark, context_of(dark, hole))
    assert (one - two).abs().max() < 0.1 * one.abs().max() and one.std() > 0.5


def test_the_hole_plays_no_part() -> None:
    """Statistics over the whole view: a large hole would set the contrast of its own surroundings."""
    base, hole, _ = view_tensors(fill_view(40, 180))
    spoilt = torch.where(hole, 0.9, base)
    assert torch.equal(context_of(base, hole).mean, context_of(spoilt, hole).mean)
    assert torch.equal(context_of(base, hole).contrast, context_of(spoilt, hole).contrast)


def test_flat_and_wholly_unknown_views_have_finite_numbers() -> None:
    """A division by no contrast, or by no pixels."""
    flat, nothing = torch.full((1, 3, 24, 24), 0.4), torch.ones(1, 1, 24, 24, dtype=torch.bool)
    context = context_of(flat, nothing)
    assert abs(float(context.contrast) - LEAST_CONTRAST) < 1e-6
    assert normalised(flat, context).abs().max() < 1e-3


def test_views_do_not_share_a_unit() -> None:
    """A mean over the batch instead of the view."""
    (a, hole, _), (b, _, _) = view_tensors(fill_view(40, 180)), view_tensors(fill_view(300, 60))
    both = context_of(torch.cat([a, b]), torch.cat([hole, hole]))
    assert torch.allclose(both.contrast[1], context_of(b, hole).contrast[0])
    assert not torch.allclose(both.contrast[0], both.contrast[1], rtol=0.05)


def test_the_mask_tells_rim_core_and_outside_apart() -> None:
    """A rim that is almost known must still be told from what is known."""
    hole = torch.tensor([[[[False, True, True]]]])
    known = torch.tensor([[[[1.0, 1.0, 0.0]]]])
    assert soft_mask(hole, known).flatten().tolist() == [0.0, 0.5, 1.0]


def test_the_residual_leads_back_to_the_truth() -> None:
    """A unit that the sampler does not multiply with, or a residual outside the hole."""
    base, hole, _ = view_tensors(fill_view(40, 180))
    truth = base.flip(3)
    context = context_of(base, hole)
    residual = scaled_residual(truth, base, hole, context, 0.7)
    back = base + residual * (context.contrast * 0.7)
    assert torch.allclose(back, torch.where(hole, truth, base), atol=1e-6)
