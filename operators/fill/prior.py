"""The embedded transformer prior as a generator."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

import torch
from torch import Tensor

from operators.fill.embedded import EmbeddedGenerator, autocast_wanted, generator_folder, without_diffusers
from operators.models.prior import CHUNKS, EMBEDDED
from operators.models.prior.patches import PATCH

if TYPE_CHECKING:
    from operators.models.prior.pipeline import PriorInpaintPipeline

TITLE = "transformer prior"


@dataclass
class PriorGenerator(EmbeddedGenerator):
    """A `Generator`. pipeline: in eval mode, on its device. chunks: in which samples are completed."""

    name: ClassVar[str] = "prior"
    pipeline: PriorInpaintPipeline
    chunks: int = CHUNKS

    def __post_init__(self) -> None:
        self.side = PATCH * int(self.pipeline.transformer.config["side"])

    @property
    def device(self) -> str:
        return self.pipeline.transformer.device.type

    def call(self, base: Tensor, hole: Tensor, known: Tensor, seeds: list[torch.Generator], temperature: float
             ) -> Tensor:
        return self.pipeline(base, hole, known, seeds, temperature, self.chunks)


def load_prior(
    weights: str = "embedded", chunks: int = CHUNKS, precision: str = "auto", device: str = "cpu"
) -> PriorGenerator:
    """The generator with its weights.

    weights: `embedded`, or a folder that `PriorInpaintPipeline.save_pretrained` wrote. precision: auto, bf16 or fp32.
    Raises `WeightsUnavailable` saying what to do.
    """
    folder = generator_folder(weights, EMBEDDED, TITLE)
    return PriorGenerator(_load(str(folder), device), chunks, bf16=autocast_wanted(precision, device))


@lru_cache(maxsize=2)
def _load(folder: str, device: str) -> PriorInpaintPipeline:
    """The stages of one worker share it."""
    try:
        from operators.models.prior.pipeline import PriorInpaintPipeline
    except ImportError as error:
        raise without_diffusers(error, EMBEDDED, TITLE) from error
    pipeline = PriorInpaintPipeline.from_folder(folder)
    pipeline.transformer.eval().to(device)  # type: ignore[arg-type]
    pipeline.tokenizer.eval().to(device, memory_format=torch.channels_last)  # type: ignore[arg-type,call-overload]
    return pipeline
