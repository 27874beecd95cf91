"""The denoising network: a small U-Net over a context-normalised view (Ronneberger et al., MICCAI 2015; Ho et al.,
NeurIPS 2020). The outermost level works on 2x2 blocks (space to depth, Shi et al., CVPR 2016)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from operators.models.diffusion.blocks import Level, TimeFeatures, zeroed
from operators.models.diffusion.schedule import TIMESTEPS

CHANNELS = 7  # noisy residual 3, base 3, mask 1
SIDE = 96
WIDTHS, BLOCKS, HEADS = (64, 128, 224), (2, 2, 3), 4
TIME_WIDTH = 128
RESIDUAL_SCALE = 1.1  # standard deviation of (truth - base) / contrast in the holes of training crops; measured


class ResidualUNet(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Predicts v (Salimans & Ho, ICLR 2022) of the scaled residual. The head starts at zero, so an untrained network
    predicts none.

    side: px of the views it was trained on. widths: channels at 1/2, 1/4, ... of the resolution. blocks: of each level,
    down and up; those of the coarsest stand once, with attention of `heads` heads behind them. residual_scale: by what
    the residual, in units of the view's contrast, is divided.
    """

    @register_to_config
    def __init__(
        self, side: int = SIDE, widths: Sequence[int] = WIDTHS, blocks: Sequence[int] = BLOCKS, heads: int = HEADS,
        time_width: int = TIME_WIDTH, residual_scale: float = RESIDUAL_SCALE,
    ) -> None:
        super().__init__()
        fine = list(zip(widths[:-1], blocks[:-1], strict=True))
        pairs = list(zip(widths, widths[1:], strict=False))
        self.time = TimeFeatures(time_width)
        self.stem = nn.Conv2d(4 * CHANNELS, widths[0], 3, padding=1)
        self.down = nn.ModuleList(Level(width, time_width, count) for width, count in fine)
        self.halve = nn.ModuleList(nn.Conv2d(a, b, 3, 2, 1) for a, b in pairs)
        self.middle = Level(widths[-1], time_width, blocks[-1], heads)
        self.squeeze = nn.ModuleList(nn.Conv2d(b, a, 1) for a, b in pairs)
        self.up = nn.ModuleList(Level(width, time_width, count) for width, count in fine)
        self.head = zeroed(nn.Conv2d(widths[0], 4 * 3, 3, padding=1))

    def forward(self, noisy: Tensor, base: Tensor, mask: Tensor, timestep: Tensor) -> Tensor:
        """Predicted v, float (N, 3, S, S).

        noisy: (N, 3, S, S), zero outside the hole. base: (N, 3, S, S), context-normalised. mask: (N, 1, S, S) from
        `soft_mask`. timestep: (N,), 0 to TIMESTEPS - 1. S: a multiple of 2 ** len(widths).
        """
        time = self.time((timestep.to(noisy.device, torch.float32) + 1) / TIMESTEPS)
        x = self.stem(F.pixel_unshuffle(torch.cat([noisy, base, mask], 1), 2))
        kept = []
        for level, halve in zip(self.down, self.halve, strict=True):
            kept.append(level(x, time))
            x = halve(kept[-1])
        x = self.middle(x, time)
        for fine, squeeze, level in zip(reversed(kept), reversed(self.squeeze), reversed(self.up), strict=True):
            x = level(fine + F.interpolate(squeeze(x), scale_factor=2.0, mode="nearest"), time)
        return F.pixel_shuffle(self.head(x), 2)
