"""The embedded diffusion inpainter as a generator."""

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
from operators.models.diffusion import CONTENTS, EMBEDDED
from operators.models.embedded import weights_folder
from operators.threads import one_thread

if TYPE_CHECKING:
    from operators.models.diffusion.pipeline import ResidualInpaintPipeline

GPU_BATCH = 64


@dataclass
class DiffusionGenerator:
    """A `Generator`. pipeline: in eval mode, on its device. steps: of denoising. bf16: run under autocast (in
    float16 on a GPU without bf16). side: of the views the network was trained on, px."""

    pipeline: ResidualInpaintPipeline
    steps: int = 8
    bf16: bool = False
    name: str = "diffusion"
    side: int = field(init=False)

    def __post_init__(self) -> None:
        self.side = int(self.pipeline.network.config["side"])

    def fill(self, views: Sequence[FillView], temperature: float) -> list[np.ndarray]:
        """As `Generator.fill`; on a CPU one view after the other on one thread, since sums in another order would be
        other bytes, on a GPU in batches. Raises ValueError for views of another side."""
        for view in views:
            if view.base.shape != (self.side, self.side, 3):
                raise ValueError(f"diffusion fills views of {self.side} x {self.side} px, not {view.base.shape}")
        device = self.pipeline.network.device.type
        count = 1 if device == "cpu" else GPU_BATCH
        batches = [views[start : start + count] for start in range(0, len(views), count)]
        with one_thread(), torch.inference_mode(), torch.autocast(device, half_format(device), enabled=self.bf16):
            return [filled for batch in batches for filled in self._filled(batch, temperature)]

    def _filled(self, views: Sequence[FillView], temperature: float) -> list[np.ndarray]:
        base = _stacked([view.base for view in views]).permute(0, 3, 1, 2)
        hole, known = (_stacked(part)[:, None] for part in ([v.hole for v in views], [v.known for v in views]))
        seeds = [torch.Generator().manual_seed(view.seed) for view in views]
        filled = self.pipeline(base, hole, known, seeds, self.steps, temperature)
        return list(filled.permute(0, 2, 3, 1).contiguous().cpu().numpy())


def load_diffusion(
    weights: str = "embedded", steps: int = 8, precision: str = "auto", device: str = "cpu"
) -> DiffusionGenerator:
    """The generator with its weights.

    weights: `embedded`, or a folder that `ResidualInpaintPipeline.save_pretrained` wrote. precision: auto, bf16 or
    fp32. Raises `WeightsUnavailable` saying what to do.
    """
    folder = weights_folder(EMBEDDED) if weights == "embedded" else Path(weights)
    if not (folder / CONTENTS).is_file():
        raise WeightsUnavailable(
            f"diffusion inpainter: no {CONTENTS} in {folder}; give a folder that experiments.training.diffusion.export "
            "wrote, or embedded where the package holds those weights, or set fill.diffusion: harmonic")
    bf16 = in_bf16(precision) if device == "cpu" else precision != "fp32"
    return DiffusionGenerator(_load(str(folder), device), steps, bf16)


@lru_cache(maxsize=2)
def _load(folder: str, device: str) -> ResidualInpaintPipeline:
    """The stages of one worker share it."""
    try:
        from operators.models.diffusion.pipeline import ResidualInpaintPipeline
    except ImportError as error:
        raise WeightsUnavailable(
            f"diffusion inpainter: diffusers cannot be imported ({error}); pip install diffusers, or set "
            "fill.diffusion: harmonic") from error
    pipeline = ResidualInpaintPipeline.from_folder(folder)
    pipeline.network.eval().to(device, memory_format=torch.channels_last)  # type: ignore[arg-type]
    return pipeline


def _stacked(arrays: list[np.ndarray]) -> Tensor:
    return torch.from_numpy(np.stack(arrays))
