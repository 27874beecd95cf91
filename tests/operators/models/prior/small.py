"""A small prior with random weights, and views of a real photograph."""

from __future__ import annotations

import torch
from skimage import data
from torch import Tensor, nn

from operators.fill.harmonic import membrane
from operators.models.prior.pipeline import PriorInpaintPipeline
from operators.models.prior.tokenizer import ResidualTokenizer
from operators.models.prior.transformer import PriorTransformer

SIDE = 64


def pipeline(random_outputs: bool = True, gain: float = 1.0, detail_gain: float = 0.0) -> PriorInpaintPipeline:
    """For views of 64 px. random_outputs: layers that start at zero are drawn, too. detail_gain: 0 draws whole
    samples."""
    torch.manual_seed(0)
    tokenizer = ResidualTokenizer(hidden=16, widths=(16, 12, 8), blocks=1)
    transformer = PriorTransformer(dim=32, layers=2, heads=4, side=SIDE // 8)
    if random_outputs:
        for layer in (tokenizer.decoder.out, transformer.logits):
            nn.init.normal_(layer.weight, std=0.3)
    return PriorInpaintPipeline(tokenizer.eval(), transformer.eval(), gain, detail_gain=detail_gain)


def views() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """(truth, base, hole bool, known) of two views: a box and two bars, with a soft rim."""
    part = slice(150, 150 + SIDE)
    pictures = [torch.from_numpy(picture[part, part].copy()) for picture in (data.astronaut(), data.coffee())]
    truth = torch.stack(pictures).permute(0, 3, 1, 2).float() / 255
    hole = torch.zeros(2, 1, SIDE, SIDE, dtype=torch.bool)
    hole[0, :, 12:52, 10:50] = True
    hole[1, :, 20:26], hole[1, :, 34:40] = True, True
    known = 1.0 - hole.float()
    known[0, :, 12, 10:50] = 0.5
    return truth, membrane(truth, ~hole).clone(), hole, known
