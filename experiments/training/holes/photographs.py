"""Photographs held on one device, each at several sizes, of which crops are taken without leaving it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from experiments.datasets import read_rgb

LONG_SIDE = (380, 1024)  # px
STRETCH = 0.12  # of a side against the other, at most
COPIES = 4  # of every photograph, at sizes of their own
LEAST_SIDE = 160


class Photographs:
    """uint8 RGB copies in one flat tensor. Raises ValueError without any path."""

    def __init__(self, paths: Sequence[Path], device: str, seed: int = 0, copies: int = COPIES) -> None:
        if not paths:
            raise ValueError("no photograph to cut crops of")
        with ThreadPoolExecutor() as pool:
            pictures = [copy for several in pool.map(lambda i: _copies(paths[i], [seed, i], copies), range(len(paths)))
                        for copy in several]
        shapes = torch.tensor([picture.shape[:2] for picture in pictures])
        sizes = shapes.prod(1)
        self.pixels = torch.from_numpy(np.concatenate([p.reshape(-1, 3) for p in pictures])).to(device)
        self.start = (sizes.cumsum(0) - sizes).to(device)
        self.height, self.width = (shapes[:, i].to(device) for i in (0, 1))

    def crops(self, count: int, side: int, random: torch.Generator) -> Tensor:
        """float32 (count, 3, side, side), 0..255; random: on the device."""
        device = self.pixels.device
        one = torch.randint(len(self.start), (count,), generator=random, device=device)
        toss = torch.rand(2, count, generator=random, device=device)
        y, x = ((toss[i] * (size[one] - side + 1)).long() for i, size in enumerate((self.height, self.width)))
        steps = torch.arange(side, device=device)
        rows = (y[:, None] + steps) * self.width[one, None] + x[:, None] + self.start[one, None]
        return self.pixels[rows[:, :, None] + steps].permute(0, 3, 1, 2).float()


def _copies(path: Path, seed: list[int], count: int) -> list[np.ndarray]:
    photo, rng = read_rgb(path), np.random.default_rng(seed)
    return [_resized(photo, rng) for _ in range(count)]


def _resized(photo: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    scale = float(np.exp(rng.uniform(*np.log(LONG_SIDE)))) / max(photo.shape[:2])
    scale = max(scale, (LEAST_SIDE + 1) / min(photo.shape[:2]) / (1 - STRETCH))
    stretch = 1 + float(rng.uniform(-STRETCH, STRETCH))
    height, width = round(photo.shape[0] * scale), round(photo.shape[1] * scale * min(stretch, 1 / stretch))
    return cv2.resize(photo, (width, height), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
