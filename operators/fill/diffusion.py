"""The embedded diffusion inpainter as a generator."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

import torch
from torch import Tensor

from operators.fill.embedded import EmbeddedGenerator, autocast_wanted, generator_folder, without_diffusers
from operators.models.diffusion import EMBEDDED

if TYPE_CHECKING:
    from operators.models.diffusion.pipeline import ResidualInpaintPipeline

TITLE = "diffusion inpainter"


@dataclass
class DiffusionGenerator(EmbeddedGenerator):
    """A `Generator`. pipeline: in eval mode, on its device. steps: of denoising."""

    name: ClassVar[str] = "diffusion"
    pipeline: ResidualInpaintPipeline
    steps: int = 8

    def __post_init__(self) -> None:
        self.side = int(self.pipeline.network.config["side"])

    @property
    def device(self) -> str:
        return self.pipeline.network.device.type

    def call(self, base: Tensor, hole: Tensor, known: Tensor, seeds: list[torch.Generator], temperature: float
             ) -> Tensor:
        return self.pipeline(base, hole, known, seeds, self.steps, temperature)


def load_diffusion(
    weights: str = "embedded", steps: int = 8, precision: str = "auto", device: str = "cpu"
) -> DiffusionGenerator:
    """The generator with its weights.

    weights: `embedded`, or a folder that `ResidualInpaintPipeline.save_pretrained` wrote. precision: auto, bf16 or
    fp32. Raises `WeightsUnavailable` saying what to do.
    """
    folder = generator_folder(weights, EMBEDDED, TITLE)
    return DiffusionGenerator(_load(str(folder), device), steps, bf16=autocast_wanted(precision, device))


@lru_cache(maxsize=2)
def _load(folder: str, device: str) -> ResidualInpaintPipeline:
    """The stages of one worker share it."""
    try:
        from operators.models.diffusion.pipeline import ResidualInpaintPipeline
    except ImportError as error:
        raise without_diffusers(error, EMBEDDED, TITLE) from error
    pipeline = ResidualInpaintPipeline.from_folder(folder)
    pipeline.network.eval().to(device, memory_format=torch.channels_last)  # type: ignore[arg-type]
    return pipeline
