"""Views with holes out of a photograph, and networks small enough for tests."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from operators.fill.generator import FillView
from operators.fill.harmonic import fill_membrane
from operators.models.diffusion.network import ResidualUNet
from operators.models.diffusion.pipeline import ResidualInpaintPipeline
from operators.models.diffusion.schedule import zero_snr_scheduler
from tests.operators.overlaid import photo

SIDE = 32


def small_network(trained: bool = True) -> ResidualUNet:
    """Two levels of 8 and 16 channels; all weights random, or as an untrained network has them."""
    torch.manual_seed(0)
    network = ResidualUNet(side=SIDE, widths=(8, 16), blocks=(1, 1), heads=2, time_width=16)
    if trained:
        for parameter in network.parameters():
            nn.init.normal_(parameter, std=0.15)
    return network.eval()


def small_pipeline(trained: bool = True, mean_gain: float = 1.0, detail_gain: float = 0.0,
                   structure_gain: float = 0.0) -> ResidualInpaintPipeline:
    """detail_gain: 0 draws whole samples."""
    return ResidualInpaintPipeline(small_network(trained), zero_snr_scheduler(), mean_gain, detail_gain=detail_gain,
                                   structure_gain=structure_gain)


def fill_view(y: int, x: int, seed: int = 0) -> FillView:
    """A 32 px piece of a photograph with a cross for a hole, soft at its rim."""
    truth = photo()[y : y + SIDE, x : x + SIDE].astype(np.float32) / 255
    hole = np.zeros((SIDE, SIDE), bool)
    hole[9:17, 3:-3] = hole[3:-3, 12:19] = True
    known = np.where(hole, 0.0, 1.0).astype(np.float32)
    known[9, 3:-3] = 0.4
    return FillView(fill_membrane(truth, hole), hole, known, seed)


def view_tensors(view: FillView) -> tuple[Tensor, Tensor, Tensor]:
    """(base (1, 3, S, S), hole (1, 1, S, S), known (1, 1, S, S)) as the pipeline takes them."""
    return (torch.from_numpy(view.base.transpose(2, 0, 1).copy())[None], torch.from_numpy(view.hole)[None, None],
            torch.from_numpy(view.known)[None, None])


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)
