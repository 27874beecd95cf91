"""The embedded transformer prior as a generator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from operators.detection.network import WeightsUnavailable
from operators.detection.precision import in_bf16
from operators.fill.device import half_format
from operators.fill.generator import FillView
from operators.models.embedded import weights_folder
from operators.models.prior import CHUNKS, CONTENTS, EMBEDDED
from operators.models.prior.patches import PATCH
from operators.threads import one_thread

if TYPE_CHECKING:
    from operators.models.prior.pipeline import PriorInpaintPipeline

GPU_BATCH = 64


@dataclass
class PriorGenerator:
    """A `Generator`. pipeline: in eval mode, on its device. chunks: in which samples are completed. bf16: run under
    autocast (in float16 on a GPU without bf16)."""

    pipeline: PriorInpaintPipeline
    chunks: int = CHUNKS
    bf16: bool = False
    name: str = "prior"
    side: int = field(init=False)

    def __post_init__(self) -> None:
        self.side = PATCH * int(self.pipeline.transformer.config["side"])

    def fill(self, views: Sequence[FillView], temperature: float) -> list[np.ndarray]:
        """As `Generator.fill`; on a CPU one view after the other on one thread, since sums in another order would be
        other bytes, on a GPU in batches. Raises ValueError for views of another side."""
        for view in views:
            if view.base.shape != (self.side, self.side, 3):
                raise ValueError(f"prior fills views of {self.side} x {self.side} px, not {view.base.shape}")
        device = self.pipeline.transformer.device.type
        count = 1 if device == "cpu" else GPU_BATCH
        batches = [views[start : start + count] for start in range(0, len(views), count)]
        with one_thread(), torch.inference_mode(), torch.autocast(device, half_format(device), enabled=self.bf16):
            return [filled for batch in batches for filled in self._filled(batch, temperature)]

    def _filled(self, views: Sequence[FillView], temperature: float) -> list[np.ndarray]:
        base = _stacked([view.base for view in views]).permute(0, 3, 1, 2)
        hole, known = (_stacked(part)[:, None] for part in ([v.hole for v in views], [v.known for v in views]))
        seeds = [torch.Generator().manual_seed(view.seed) for view in views]
        filled = self.pipeline(base, hole, known, seeds, temperature, self.chunks)
        return list(filled.permute(0, 2, 3, 1).contiguous().cpu().numpy())


def load_prior(
    weights: str = "embedded", chunks: int = CHUNKS, precision: str = "auto", device: str = "cpu"
) -> PriorGenerator:
    """The generator with its weights.

    weights: `embedded`, or a folder that `PriorInpaintPipeline.save_pretrained` wrote. precision: auto, bf16 or fp32.
    Raises `WeightsUnavailable` saying what to do.
    """
    folder = weights_folder(EMBEDDED) if weights == "embedded" else Path(weights)
    if not (folder / CONTENTS).is_file():
        raise WeightsUnavailable(
            f"transformer prior: no {CONTENTS} in {folder}; give a folder that experiments.training.prior.export "
            "wrote, or embedded where the package holds those weights, or set fill.prior: harmonic")
    bf16 = in_bf16(precision) if device == "cpu" else precision != "fp32"
    return PriorGenerator(_load(str(folder), device), chunks, bf16)


@lru_cache(maxsize=2)
def _load(folder: str, device: str) -> PriorInpaintPipeline:
    """The stages of one worker share it."""
    try:
        from operators.models.prior.pipeline import PriorInpaintPipeline
    except ImportError as error:
        raise WeightsUnavailable(
            f"transformer prior: diffusers cannot be imported ({error}); pip install diffusers, or set "
            "fill.prior: harmonic") from error
    pipeline = PriorInpaintPipeline.from_folder(folder)
    pipeline.transformer.eval().to(device)  # type: ignore[arg-type]
    pipeline.tokenizer.eval().to(device, memory_format=torch.channels_last)  # type: ignore[arg-type,call-overload]
    return pipeline


def _stacked(arrays: list[np.ndarray]) -> Tensor:
    return torch.from_numpy(np.stack(arrays))
