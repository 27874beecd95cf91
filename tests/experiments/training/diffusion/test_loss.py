"""What the diffusion network is trained on."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from experiments.training.diffusion.loss import Draw, diffusion_loss, draw
from experiments.training.diffusion.rows import Rows, rows_of
from experiments.training.holes.crops import Holes
from experiments.training.holes.views import views_of
from operators.models.diffusion.context import context_of
from operators.models.diffusion.schedule import LAST, velocity, zero_snr_scheduler
from tests.operators.models.diffusion.views import SIDE, fill_view
from tests.operators.overlaid import photo

SIGNAL = zero_snr_scheduler().alphas_cumprod
PLACES = ((40, 180), (300, 60), (120, 120), (200, 300))


def holes(count: int = 4) -> Holes:
    """Pieces of a photograph under the same cross."""
    view = fill_view(40, 180)
    truth = np.stack([photo()[y : y + SIDE, x : x + SIDE] for y, x in PLACES[:count]])
    return Holes(truth, np.stack([view.hole] * count), np.stack([view.known] * count))


class Fixed(nn.Module):
    """Predicts what it was given."""

    def __init__(self, answer: Tensor) -> None:
        super().__init__()
        self.answer = answer

    def forward(self, *_: Tensor) -> Tensor:
        return self.answer


def test_rows_lead_back_to_the_photograph() -> None:
    """Pictures, holes and units that do not belong together."""
    crops = holes()
    rows = rows_of(views_of(crops), 0.7)
    views = views_of(crops)
    truth, base, hole = views.truth, views.base, views.hole > 0
    back = base + rows.residual * context_of(base, hole).contrast * 0.7
    assert torch.allclose(back, truth, atol=1e-5)
    assert not rows.residual[~hole.expand_as(base)].any()


def test_a_quarter_of_the_rows_is_trained_on_the_mean() -> None:
    """Without them min-SNR gives the last time no weight, and temperature 0 is never trained."""
    drawn = draw(16, SIDE, torch.Generator().manual_seed(0))
    silent = drawn.noise.flatten(1).abs().sum(1) == 0
    assert (drawn.times == LAST).tolist() == [True] * 4 + [False] * 12
    assert silent.tolist() == [True, False, True, False] + [False] * 12
    assert drawn.times[4:].min() < LAST / 10 and drawn.times[4:].max() > LAST * 0.9


def test_the_right_answer_costs_nothing_whatever_stands_outside() -> None:
    """A target of another sign, or a loss over pixels that are known."""
    rows = rows_of(views_of(holes()), 0.7)
    drawn = draw(4, SIDE, torch.Generator().manual_seed(0))
    answer = velocity(rows.residual, drawn.noise * rows.hole, SIGNAL[drawn.times])
    loss, terms = diffusion_loss(Fixed(torch.where(rows.hole, answer, 9.0)), rows, drawn, SIGNAL)
    assert float(loss) == 0 and terms == {"velocity": 0.0, "mean": 0.0}


def test_no_answer_costs_the_variance_of_the_residual() -> None:
    """A loss whose scale moves with the share of the hole cannot be read against 1."""
    rows = rows_of(views_of(holes()), 0.7)
    whole = Rows(torch.ones_like(rows.residual) * rows.hole, rows.view, rows.mask, rows.hole)
    drawn = Draw(torch.full((4,), LAST), torch.zeros_like(rows.residual))
    loss, terms = diffusion_loss(Fixed(torch.zeros_like(rows.residual)), whole, drawn, SIGNAL)
    assert abs(float(loss) - 1) < 1e-5 and abs(terms["mean"] - 1) < 1e-5
