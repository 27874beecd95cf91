"""Detail drawn on the mean: what a sample adds to the mean of all fillings, its fine texture alone.

A sample of the posterior is up to 3 dB farther from the truth than the mean, nearly all of it in structure that was
guessed. So structure stays the mean; of the sample only frequencies above a cut-off are taken, as strong as the known
pixels around the hole have them: none on a plain sky, whatever the network drew there. Of luma alone: coloured specks
are seen at once, and cost up to 0.07 dB more.

All computed in float32 by products with Gaussian matrices: on a CPU the same bytes on one thread, whatever the view.
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from operators.measures.luma import WEIGHTS

NEAR, WIDER, FAR = 6.0, 12.0, 24.0  # sigma, px, in which the strength of detail is looked up
REACHED = 0.05  # share of known pixels within NEAR from which the near ones speak alone
MOST = 3.0  # times a sample's detail is amplified at most
FLOOR = (0.25 / 255) ** 2  # energy of luma below which there is no detail
LOG_MEAN = 0.2807  # exp(E[log x^2]) of a standard normal x: a geometric mean, since edges must not count as detail


def drawn_detail(
    base: Tensor, mean: Tensor, sample: Tensor, hole: Tensor, sigma: float, gain: float, deeper: float = 0.0
) -> Tensor:
    """float32 (N, 3, S, S): what to add to a view filled by `mean`; 0 outside the hole.

    base: float32 (N, 3, S, S), RGB 0..1; read outside the hole. mean, sample: float32 (N, 3, S, S), the filled views.
    hole: bool (N, 1, S, S). sigma: px, Gaussian cut-off. gain: strength of detail in the result over that around it.
    deeper: by what share that grows where nothing known is near: of what is around, the quietest speaks there.
    """
    with torch.autocast(base.device.type, enabled=False):
        inside = hole.float()
        far = 1 - _near(1 - inside)
        wished = (gain * (1 + deeper * far)) ** 2 * _strength(detail_of(base.float(), 1 - inside, sigma), 1 - inside)
        there = _level(detail_of(mean.float(), inside, sigma), inside, NEAR)
        drawn = _luma(detail_of((sample - mean).float(), inside, sigma)).expand_as(mean)
        amplified = ((wished - there).clamp_min(0) / _level(drawn, inside, NEAR).clamp_min(FLOOR)).sqrt()
        return amplified.clamp_max(MOST) * drawn


def drawn_structure(mean: Tensor, sample: Tensor, hole: Tensor, sigma: float) -> Tensor:
    """float32 (N, C, S, S): what a sample guesses below the cut-off, away from the mean; 0 outside the hole. Shapes as
    in `drawn_detail`."""
    with torch.autocast(mean.device.type, enabled=False):
        inside = hole.float()
        away = (sample - mean).float() * inside
        return away - detail_of(away, inside, sigma)


def detail_of(values: Tensor, part: Tensor, sigma: float) -> Tensor:
    """`values` (N, C, S, S) minus their Gaussian mean within `part`, float32 (N, 1, S, S) of 0 and 1; 0 elsewhere."""
    return (values - _mean(values, part, sigma)) * part


def _strength(detail: Tensor, known: Tensor) -> Tensor:
    """Energy of the known detail at every pixel, (N, 1, S, S): that nearby, farther in that of a wider ring, and where
    the two sides of a hole differ rather that of the quiet one."""
    near = _near(known)
    wider, far = _level(detail, known, WIDER), _level(detail, known, FAR)
    beside = near * _level(detail, known, NEAR) + (1 - near) * far
    return torch.minimum(beside, torch.minimum(wider, far))


def _near(known: Tensor) -> Tensor:
    """1 where enough known pixels lie within NEAR, towards 0 farther in."""
    return (_blur(known, NEAR) / REACHED).clamp_max(1)


def _luma(rgb: Tensor) -> Tensor:
    return (rgb * torch.tensor(WEIGHTS, device=rgb.device).view(1, 3, 1, 1)).sum(1, keepdim=True)


def _level(detail: Tensor, part: Tensor, sigma: float) -> Tensor:
    """Energy of luma around every pixel, (N, 1, S, S), robust against edges."""
    logs = (_luma(detail).square() + FLOOR).log()
    return (_mean(logs, part, sigma).exp() - 1.05 * FLOOR).clamp_min(0) / LOG_MEAN  # rounding of logs is no detail


def _mean(values: Tensor, part: Tensor, sigma: float) -> Tensor:
    """Gaussian mean over the pixels of `part` alone."""
    return _blur(values * part, sigma) / _blur(part, sigma).clamp_min(1e-8)


def _blur(values: Tensor, sigma: float) -> Tensor:
    height, width = values.shape[-2:]
    return _gaussian(height, sigma, values.device) @ values @ _gaussian(width, sigma, values.device)


@lru_cache(maxsize=16)
def _gaussian(side: int, sigma: float, device: torch.device) -> Tensor:
    """Float32 (side, side), symmetric; what would lie beyond the view is left out."""
    places = torch.arange(side, dtype=torch.float64)
    offsets = places[:, None] - places[None]
    kernel = torch.exp(-0.5 * (offsets / sigma) ** 2) / (sigma * (2 * torch.pi) ** 0.5)
    return kernel.float().to(device)
