"""Baseline JPEG on the device (ITU-T T.81): what a round trip loses, for a whole batch at once.

Colours are those of JFIF; halved chroma is averaged over 2x2 pixels and interpolated back, as libjpeg does it.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

BLOCK = 8
UNIT = 2 * BLOCK  # px of a block of halved chroma

# ITU-T T.81, tables K.1 and K.2.
_LUMA = (16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29,
         51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121,
         120, 101, 72, 92, 95, 98, 112, 100, 103, 99)
_CHROMA = (17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99,
           99, 99, 99, 99, 99, *(99,) * 32)
_TO_YCC = ((0.299, 0.587, 0.114), (-0.168736, -0.331264, 0.5), (0.5, -0.418688, -0.081312))
_TO_RGB = ((1.0, 0.0, 1.402), (1.0, -0.344136, -0.714136), (1.0, 1.772, 0.0))


def recompressed(rgb: Tensor, quality: Tensor, halved: Tensor) -> Tensor:
    """The pictures as JPEG gives them back, float32 (N, 3, H, W), whole numbers 0..255.

    rgb: float32 (N, 3, H, W), 0..255, H and W multiples of UNIT. quality: (N,), 1..100, as libjpeg scales its tables.
    halved: bool (N,), whether chroma is halved both ways.
    """
    ycc = torch.einsum("ij,njhw->nihw", rgb.new_tensor(_TO_YCC), rgb)
    luma, chroma = ycc[:, :1] - 128, ycc[:, 1:]
    small = F.interpolate(_quantised(F.avg_pool2d(chroma, 2), _CHROMA, quality), scale_factor=2.0, mode="bilinear")
    full = _quantised(chroma, _CHROMA, quality)
    back = torch.cat([_quantised(luma, _LUMA, quality) + 128,
                      torch.where(halved.view(-1, 1, 1, 1), small, full)], 1)
    return torch.einsum("ij,njhw->nihw", rgb.new_tensor(_TO_RGB), back).round().clamp(0, 255)


def _quantised(planes: Tensor, table: tuple[int, ...], quality: Tensor) -> Tensor:
    """Every 8x8 block's cosine transform rounded to the table at that quality."""
    count, channels, height, width = planes.shape
    scale = torch.where(quality < 50, 5000 / quality.clamp_min(1), 200 - 2 * quality).float()
    steps = ((planes.new_tensor(table) * scale[:, None] + 50) / 100).floor().clamp(1, 255)
    steps = steps.view(count, 1, 1, 1, BLOCK, BLOCK)
    waves = _waves(planes.device)
    blocks = planes.unflatten(3, (width // BLOCK, BLOCK)).unflatten(2, (height // BLOCK, BLOCK)).transpose(3, 4)
    rounded = (waves @ blocks @ waves.T / steps).round() * steps
    return (waves.T @ rounded @ waves).transpose(3, 4).reshape(count, channels, height, width)


def _waves(device: torch.device) -> Tensor:
    """float32 (8, 8): the orthonormal cosine transform."""
    frequency = torch.arange(BLOCK, device=device, dtype=torch.float32)
    waves = torch.cos(math.pi / BLOCK * frequency[:, None] * (frequency[None] + 0.5)) * math.sqrt(2 / BLOCK)
    waves[0] /= math.sqrt(2)
    return waves
